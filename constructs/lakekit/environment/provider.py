"""The AWS provider of an environment: source, version range, and what all versions of the range can do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, Field

from lakekit.errors import LakekitError

from .field_types import StrictModel

Version = tuple[int, int, int]

CapabilityName = Literal[
    "emr_managed_scaling_strategy",
    "emr_os_release_label",
    "emr_serverless_scheduler",
    "glue_compaction_configuration",
]


@dataclass(frozen=True, slots=True)
class Capability:
    """What newer versions of the AWS provider have.

    Args:
        description: the argument or block, as error messages name it.
        since: first version that is known to have it.
        possible: first version that is not known to lack it.
    """

    description: str
    since: Version
    possible: Version


# Sources: the provider's changelog, and its bindings for the versions named.
CAPABILITIES: Final[Mapping[CapabilityName, Capability]] = {
    # "aws_emr_managed_scaling_policy: Add `scaling_strategy`", pull request 45132.
    "emr_managed_scaling_strategy": Capability("scaling_strategy of managed scaling", (6, 22, 0), (6, 22, 0)),
    # "aws_emr_cluster: Add `os_release_label` argument", pull request 43018.
    "emr_os_release_label": Capability("os_release_label of EMR clusters", (6, 2, 0), (6, 2, 0)),
    # Tested with the bindings for 6.25.0.
    "emr_serverless_scheduler": Capability("scheduler_configuration of EMR Serverless", (6, 25, 0), (6, 0, 0)),
    # Pull request 43868; in the bindings for 6.58.0, not in those for 6.56.0.
    "glue_compaction_configuration": Capability("compaction_configuration of optimizers", (6, 58, 0), (6, 57, 0)),
}

_TERM: Final = re.compile(r"(>=|<=|!=|~>|>|<|=)?\s*(\d+(?:\.\d+){0,2})(?:-[0-9A-Za-z.-]+)?")
_LARGEST: Final[Version] = (10**9, 0, 0)


def _checked(constraint: str) -> str:
    for term in constraint.split(","):
        if not _TERM.fullmatch(term.strip()):
            raise ValueError(
                f"{term.strip()!r} is not a version constraint: use an operator (>=, <=, >, <, =, !=, ~>) and a "
                "version, separated by commas, such as `>= 5.100.0, < 7.0.0`"
            )
    return constraint


class AwsProviderSettings(StrictModel):
    """Source and version of the AWS provider in the synthesized stacks."""

    source: str = Field(
        default="hashicorp/aws",
        pattern=r"^([a-z0-9.-]+/)?[a-z0-9-]+/[a-z0-9-]+$",
        description="Provider source address",
    )
    version: Annotated[str, AfterValidator(_checked)] = Field(
        default=">= 5.100.0, < 7.0.0",
        min_length=1,
        description="Version constraint. Constructs use only what its lowest version has, and exclude newer versions "
        "from a stack that cannot be planned with both",
    )

    def supports(self, capability: CapabilityName) -> bool:
        """Whether the lower bound of the version range has a capability, and with it every version of the range.

        Raises:
            LakekitError: the capability is not known.
        """
        return self.lower_bound >= _capability(capability).since

    def admits(self, capability: CapabilityName) -> bool:
        """Whether a version of the range can have a capability.

        Raises:
            LakekitError: the capability is not known.
        """
        return self.upper_bound > _capability(capability).possible

    def without(self, capability: CapabilityName) -> str:
        """The version constraint without the versions that can have a capability."""
        return f"{self.version}, < {'.'.join(map(str, _capability(capability).possible))}"

    @property
    def lower_bound(self) -> Version:
        """The lowest version that the constraint can admit; 0.0.0 if it has no lower bound."""
        lower = (version for operator, version, _ in self._terms() if operator in (">", ">=", "=", "~>"))
        return max(lower, default=(0, 0, 0))

    @property
    def upper_bound(self) -> Version:
        """The lowest version above all that the constraint admits."""
        bounds = {
            "<": lambda version, _: version,
            "<=": _next,
            "=": _next,
            "~>": _next_of_last_part_but_one,
        }
        found = (bounds[operator](version, parts) for operator, version, parts in self._terms() if operator in bounds)
        return min(found, default=_LARGEST)

    def _terms(self) -> Iterator[tuple[str, Version, int]]:
        """Operator, version and number of the version's parts of each term; none for a version alone means `=`."""
        for term in self.version.split(","):
            found = _TERM.fullmatch(term.strip())
            if found is not None:
                parts = [int(part) for part in found[2].split(".")]
                major, minor, patch = (*parts, 0, 0)[:3]
                yield found[1] or "=", (major, minor, patch), len(parts)


def _next(version: Version, _parts: int) -> Version:
    return version[0], version[1], version[2] + 1


def _next_of_last_part_but_one(version: Version, parts: int) -> Version:
    """The first version that `~>` excludes: only the last stated part may increase."""
    if parts == 1:
        return _LARGEST
    return (version[0] + 1, 0, 0) if parts == 2 else (version[0], version[1] + 1, 0)


def _capability(name: CapabilityName) -> Capability:
    if name not in CAPABILITIES:
        raise LakekitError(
            f"{name!r} is not a capability of the AWS provider: {', '.join(get_args(CapabilityName))}",
            fix="use one of them, or add it to CAPABILITIES with the version that introduced it",
        )
    return CAPABILITIES[name]
