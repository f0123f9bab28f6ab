"""One waiver of the ledger or of code, as evaluated. Uses only the standard library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from lakekit_policies import verdict
from lakekit_policies.errors import LEDGER, GateError
from lakekit_policies.waivers import patterns


@dataclass(frozen=True, slots=True)
class Entry:
    """One waiver: of one policy, at a construct path or an address, in one environment."""

    policy: str
    path: str
    """Construct path or pattern of it; empty when the waiver names an address."""
    address: str
    environment: str
    reason: str
    owner: str
    ticket: str
    expires: str
    """ISO date."""
    source: str
    stack: str = ""
    """Stack of a waiver in code; it has no effect elsewhere."""

    @property
    def target(self) -> str:
        return self.path or self.address

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.expires)

    def covers(self, finding: verdict.Finding) -> bool:
        """Whether the waiver covers a finding of its environment.

        A finding without construct path (a provider block, a deleted resource) is matched by its stack.
        """
        if finding.rule_id != self.policy or (self.stack and self.stack != finding.stack):
            return False
        if self.address:
            return patterns.covers_address(self.address, finding.address)
        return patterns.covers_path(self.path, finding.path or finding.stack)

    def as_waiver(self) -> verdict.Waiver:
        """The waiver in the form of reports."""
        names = {field.name for field in fields(verdict.Waiver)} - {"target"}
        return verdict.Waiver(
            target=self.target, **{name: text for name, text in asdict(self).items() if name in names}
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], where: str) -> Self:
        """Read an entry from JSON.

        Raises:
            GateError: a field is missing or of the wrong type, or the date is invalid.
        """
        names = {field.name: data.get(field.name, "") for field in fields(cls)}
        wrong = [name for name, value in names.items() if not isinstance(value, str)]
        lacking = [name for name in ("policy", "reason", "owner", "ticket", "expires") if not names[name]]
        if wrong or lacking or not (names["path"] or names["address"]):
            listed = ", ".join(wrong or lacking or ["path"])
            raise GateError(LEDGER, f"{where}: a waiver lacks {listed}. Write it with lakekit.waive().")
        entry = cls(**names)
        try:
            _ = entry.last_day
        except ValueError as error:
            raise GateError(
                LEDGER, f"{where}: a waiver expires at {entry.expires!r}, which is not a date (YYYY-MM-DD)"
            ) from error
        return entry


def inline_waivers(stack: str, environment: str, written: Iterable[Mapping[str, Any]]) -> Iterator[Entry]:
    """Read the waivers that constructs of a stack have written into its metadata.

    Raises:
        GateError: a field is missing or wrong, or one waiver covers more than its stack.
    """
    for item in written:
        stated = {"source": f"stack {stack}", **item, "environment": environment, "stack": stack}
        entry = Entry.from_dict(stated, f"stack {stack}")
        if (
            patterns.has_wildcard(entry.policy)
            or patterns.has_wildcard(entry.path)
            or not patterns.covers_path(stack, entry.path)
        ):
            raise GateError(LEDGER, f"{entry.source}: a waiver in code names one policy and a construct of its stack")
        yield entry
