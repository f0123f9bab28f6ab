"""Acknowledgements: override the plan gate for one plan.

An intended change can be rejected: a bucket is retired, a role gets more permissions. An acknowledgement accepts that
one plan:

- It names the plan's digest (:func:`digest`), computed from the values before and after every change, the stack and its
  account. Another plan has another digest, and drift also changes it.
- It requires that the plan was rejected, and covers only the findings that were reported then.
- It is valid for 24 hours and for one apply. An apply that fails before it changes anything does not use it.
- Only findings about the change can be acknowledged (``LK_PLAN_…``). Other findings are fixed or waived.

Acknowledgements are recorded, one JSON object a line, in ``.lakekit/acknowledgements.jsonl`` of the project.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from lakekit_policies.errors import GateError
from lakekit_policies.shared.named_errors import naming
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text
from lakekit_policies.shared.utc_time import read_time
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.stack_metadata import StackMetadata
from lakekit_policies.verdict import Finding, Verdict

FILE: Final = Path(".lakekit/acknowledgements.jsonl")
VALIDITY: Final = timedelta(hours=24)
ACKNOWLEDGEABLE: Final = "LK_PLAN_"
DIGEST_LENGTH: Final = 16
"""Characters of a digest: long enough to be unique, short enough to be typed."""

_MIN_REASON_LENGTH: Final = 15
_DIGESTED_KEYS: Final = ("actions", "before", "after", "after_unknown", "replace_paths", "importing")


class AcknowledgementError(Exception):
    """The acknowledgement is not accepted.

    Attributes:
        argument: what is not accepted: `digest` or `reason`.
        fix: one sentence with the fix.
    """

    def __init__(self, message: str, *, argument: str = "digest", fix: str = "") -> None:
        super().__init__(message)
        self.argument: Final = argument
        self.fix: Final = fix


def digest(plan: PlanFile, stack: str, context: StackMetadata) -> str:
    """Digest of a plan's changes, 16 characters: equal for equal changes of the same resources."""
    changed = [
        {
            "address": change.address,
            "previous": change.entry.get("previous_address"),
            "deposed": change.entry.get("deposed"),
            **{name: change.entry["change"].get(name) for name in _DIGESTED_KEYS},
        }
        for change in plan.all_changes()
        if change.actions not in (("no-op",), ("read",))
    ]
    where = [context.organization, context.environment, stack, context.account_id, context.region]
    text = json.dumps([where, sorted(changed, key=lambda entry: json.dumps(entry, sort_keys=True))], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Acknowledgement of one plan: person, findings and reason."""

    digest: str
    stack: str
    who: str
    reason: str
    at: str
    """ISO time, UTC."""
    findings: tuple[tuple[str, str, str], ...]
    """Rule id, address and reason of each finding as reported."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        texts = {name: str(data[name]) for name in ("digest", "stack", "who", "reason", "at")}
        read_time(texts["at"])
        return cls(**texts, findings=tuple((str(r), str(a), str(why)) for r, a, why in data["findings"]))

    @property
    def ends(self) -> datetime:
        return read_time(self.at) + VALIDITY

    @property
    def summary(self) -> str:
        return f"{self.who}, {self.at[:16]}Z: {self.reason}"

    def covers(self, verdict: Verdict, now: datetime) -> bool:
        """Whether it is of this plan, is still valid, and lists every finding."""
        made = read_time(self.at)
        return (
            bool(verdict.findings)
            and self.digest == verdict.plan_digest
            and made <= now <= self.ends
            and {_key(finding) for finding in verdict.findings} <= set(self.findings)
        )


class AcknowledgementLedger:
    """The acknowledgements of a project.

    Args:
        file: the file; created if it does not exist.
    """

    def __init__(self, file: Path) -> None:
        self.file: Final = file

    def acknowledge(self, verdict: Verdict, typed: str, *, who: str, reason: str, now: datetime) -> Acknowledgement:
        """Record the acknowledgement of a rejected plan.

        Args:
            verdict: the rejection, as reported.
            typed: the digest, as typed.
            who: the person.
            reason: the reason, a sentence.
            now: the time, with a time zone.

        Raises:
            AcknowledgementError: the acknowledgement is not accepted.
        """
        if verdict.stage != "plan" or not verdict.plan_digest:
            raise AcknowledgementError("only a plan can be acknowledged", fix="pass a plan")
        if typed.strip().lower() != verdict.plan_digest:
            raise AcknowledgementError(
                f"{typed!r} is not this plan's digest, which is {verdict.plan_digest}: it changes with the plan",
                fix="review the changes in the report, then pass the digest that it shows",
            )
        if not verdict.findings:
            raise AcknowledgementError(
                "the plan was not rejected; there is nothing to acknowledge", fix="deploy without an acknowledgement"
            )
        if others := sorted({f.rule_id for f in verdict.findings if not f.rule_id.startswith(ACKNOWLEDGEABLE)}):
            raise AcknowledgementError(
                f"{', '.join(others)} reject the result of the plan, not the change", fix="fix it, or write a waiver"
            )
        if len(reason.split()) < 3 or len(reason) < _MIN_REASON_LENGTH:
            raise AcknowledgementError(
                f"the reason is too short: {reason!r}; expected at least 3 words and {_MIN_REASON_LENGTH} characters",
                argument="reason",
                fix="write a sentence for the readers of the record",
            )
        made = Acknowledgement(
            digest=verdict.plan_digest,
            stack=", ".join(verdict.stacks),
            who=who,
            reason=reason,
            at=now.astimezone(UTC).isoformat(timespec="seconds"),
            findings=tuple(_key(finding) for finding in verdict.findings),
        )
        self._append({"acknowledged": asdict(made)})
        return made

    def apply(self, verdict: Verdict, now: datetime) -> Verdict:
        """Separate acknowledged findings; they stay in every report.

        Raises:
            GateError: the file cannot be read.
        """
        consumed: set[tuple[str, str]] = set()
        found: Acknowledgement | None = None
        for entry in self._entries():
            if "applied" in entry:
                consumed.add((str(entry["applied"]["digest"]), str(entry["applied"]["of"])))
            elif "restored" in entry:
                consumed.discard((str(entry["restored"]["digest"]), str(entry["restored"]["of"])))
            elif (made := Acknowledgement.from_dict(entry["acknowledged"])).covers(verdict, now):
                found = made
        if found is None or (found.digest, found.at) in consumed:
            return verdict
        return replace(
            verdict, findings=[], acknowledged=verdict.findings, acknowledged_by=found.summary, acknowledged_at=found.at
        )

    def consume(self, verdict: Verdict, now: datetime) -> None:
        """Mark an acknowledgement as used: it is valid for one apply."""
        if verdict.acknowledged:
            used = {"digest": verdict.plan_digest, "of": verdict.acknowledged_at}
            self._append({"applied": {**used, "at": now.astimezone(UTC).isoformat(timespec="seconds")}})

    def restore(self, verdict: Verdict, now: datetime) -> None:
        """Mark an acknowledgement as not used: the apply has failed before it changed anything."""
        if verdict.acknowledged:
            used = {"digest": verdict.plan_digest, "of": verdict.acknowledged_at}
            self._append({"restored": {**used, "at": now.astimezone(UTC).isoformat(timespec="seconds")}})

    def _append(self, entry: Mapping[str, Any]) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with naming(self.file), os.fdopen(descriptor, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry, sort_keys=True) + "\n")

    def _entries(self) -> Iterator[dict[str, Any]]:
        try:
            lines = read_regular_text(self.file, MAX_BYTES).splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise GateError("acknowledgements", f"{self.file}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            problem = f"{self.file}: not UTF-8 text; restore the file, or remove it and acknowledge again"
            raise GateError("acknowledgements", problem) from error
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                if "applied" not in entry and "restored" not in entry:
                    Acknowledgement.from_dict(entry["acknowledged"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise GateError(
                    "acknowledgements", f"{self.file}:{number}: not an acknowledgement; correct or remove the line"
                ) from error
            yield entry


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule_id, finding.address, finding.reason
