"""Base classes of rules and their metadata.

- :class:`Rule` evaluates one resource. It is a checkov custom check, so the gate and a stock
  ``checkov --external-checks-dir`` run the same class.
- :class:`StackRule` evaluates one synthesized stack: provider blocks and ``lifecycle`` settings,
  which plans do not contain.
- :class:`ConfigurationRule` evaluates a synthesized stack, and again its plan, where values are known.
- :class:`PlanRule` evaluates a plan: the values before and after each change.

A rule raises if it cannot evaluate a resource; the gate then reports that it could not evaluate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, Generic, TypeVar

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

from lakekit_policies.controls import Controls
from lakekit_policies.engine import unknown_tracking
from lakekit_policies.terraform import plan_as_stack
from lakekit_policies.terraform.blocks import Block, Peers, unwrap
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

SYNTH: Final = "synth"
PLAN: Final = "plan"
BOTH: Final = (SYNTH, PLAN)


class Severity(StrEnum):
    """Severity of a finding; ``name`` and ``level`` are the interface of a checkov severity."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def level(self) -> int:
        return list(Severity).index(self) + 2


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem found by a stack or plan rule: Terraform address ("" for the stack itself) and message."""

    address: str
    message: str
    warning: bool = False
    """Reported without rejecting."""


class Rule(BaseResourceCheck):
    """A rule over one resource.

    Subclasses set the class attributes and write :meth:`problems`; a module ends in
    ``check = TheRule()``, which registers it with checkov.

    Attributes:
        pack: one of ``controls.PACKS``.
        controls: the controls it serves, by framework (``controls.FRAMEWORKS``).
        evaluates_unknown: its result counts also for unknown values; the results of other rules are then reported
            as undetermined.
    """

    id: str
    title: str
    severity: str  # type: ignore[assignment]  # checkov declares it None
    rationale: str
    remedy: str
    reference: str
    pack: str = "baseline"
    controls: Controls = {}
    stages: tuple[str, ...] = BOTH
    resources: tuple[str, ...]
    evaluates_unknown: bool = False

    def __init__(self) -> None:
        cls = type(self)
        super().__init__(
            name=cls.title,
            id=cls.id,
            categories=[CheckCategories.GENERAL_SECURITY],
            supported_resources=cls.resources,
            guideline=cls.reference,
        )
        # The base class sets it to None; with it, stock `checkov -c HIGH` works too.
        self.severity = Severity(cls.severity)
        self.address = ""

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Checkov's entry point: fails with one detail line per problem."""
        address = conf.get("__address__") or ".".join(self.entity_path.rsplit(":", 2)[1:])
        self.address = address[0] if isinstance(address, list) else str(address)
        self.details = list(self.problems(_block(conf, self.address)))
        return CheckResult.FAILED if self.details else CheckResult.PASSED

    @abstractmethod
    def problems(self, block: Block) -> Iterable[str]:
        """One message per problem of this resource.

        ``block`` is the plain configuration: scalars as they are, nested blocks as lists of dicts,
        policy documents parsed. A value that is a reference is its text (``aws_kms_key.lake.arn``).
        """

    @property
    def peers(self) -> Peers:
        """The other resources of the stack.

        Raises:
            LookupError: the engine provides no graph; evaluating without it would pass missing resources.
        """
        return Peers.from_graph(self.graph, self.address)


_read: tuple[dict[str, Any], Block] | None = None


def _block(conf: dict[str, Any], address: str) -> Block:
    """The plain form of a configuration, cached for the rules that evaluate it in turn."""
    global _read  # noqa: PLW0603
    if _read is None or _read[0] is not conf:
        _read = conf, unknown_tracking.track(unwrap(conf), address)
    return _read[1]


DocumentT = TypeVar("DocumentT")


class DocumentRule(ABC, Generic[DocumentT]):
    """Metadata of a rule over a whole document."""

    id: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[str]
    rationale: ClassVar[str]
    remedy: ClassVar[str]
    reference: ClassVar[str]
    pack: ClassVar[str] = "baseline"
    controls: ClassVar[Controls] = {}
    stages: ClassVar[tuple[str, ...]]

    @abstractmethod
    def problems(self, document: DocumentT) -> Iterable[Problem]:
        """Every problem of the document, with its address."""


class StackRule(DocumentRule[SynthesizedStack]):
    """A rule over one synthesized stack as a whole."""

    stages: ClassVar[tuple[str, ...]] = (SYNTH,)


class PlanRule(DocumentRule[PlanFile]):
    """A rule over a plan: its changes, and the values after it."""

    stages: ClassVar[tuple[str, ...]] = (PLAN,)


class ConfigurationRule(DocumentRule[SynthesizedStack | PlanFile]):
    """A rule over a whole configuration: as it was synthesized, and as it was planned, in the same shape."""

    stages: ClassVar[tuple[str, ...]] = BOTH

    def problems(self, document: SynthesizedStack | PlanFile) -> Iterable[Problem]:
        if isinstance(document, SynthesizedStack):
            yield from self.stack_problems(document)
            return
        planned, addresses = plan_as_stack.convert_plan(document)
        for problem in self.stack_problems(planned):
            yield replace(problem, address=addresses.get(problem.address, problem.address))

    @abstractmethod
    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        """Every problem of a stack, or of a plan in the shape of one (``plan_as_stack.convert_plan``)."""
