"""Base classes of rules and their metadata.

- :class:`Rule` evaluates one resource. It is a checkov custom check, so that the gate and
  ``checkov --external-checks-dir`` run the same class.
- :class:`StackRule` evaluates a synthesized ``cdk.tf.json``: provider blocks and ``lifecycle`` settings, which plans
  do not contain.
- :class:`ConfigurationRule` evaluates a synthesized stack, and its plan, in which more values are known.
- :class:`DeclarationRule` evaluates everything that a stack or plan declares: also provisioners, module calls,
  providers, outputs and variables.
- :class:`PlanRule` evaluates ``terraform show -json`` of a plan: changes of existing resources.

Rules must raise if they cannot evaluate a value; the gate then reports the rule as failed.
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
from lakekit_policies.terraform import declarations, plan_as_stack
from lakekit_policies.terraform.blocks import Block, unwrap
from lakekit_policies.terraform.declarations import Declarations
from lakekit_policies.terraform.peers import Peers
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

SYNTH: Final = "synth"
PLAN: Final = "plan"
BOTH: Final = (SYNTH, PLAN)


class Severity(StrEnum):
    """Severity of a finding. Checkov requires ``name`` and ``level``."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def level(self) -> int:
        return list(Severity).index(self) + 2


@dataclass(frozen=True, slots=True)
class Problem:
    """Finding of a stack or plan rule: Terraform address ("" for the stack itself) and message."""

    address: str
    message: str
    warning: bool = False
    """Whether the finding is reported without failing the gate."""


class Rule(BaseResourceCheck):
    """Rule for one resource.

    Subclasses set the class attributes and implement :meth:`problems`. A module ends in ``check = TheRule()``, which
    registers the rule with checkov.

    Attributes:
        pack: one of ``controls.PACKS``.
        controls: control ids by framework (``controls.FRAMEWORKS``).
        evaluates_unknown: whether findings on unknown values are valid. For other rules, the gate reports that they
            could not be evaluated.
        needs_stack: whether a plan without its stack cannot be evaluated: its values contain what others have added.
    """

    id: str
    title: str
    severity: str  # type: ignore[assignment]  # checkov declares None
    rationale: str
    remedy: str
    reference: str
    pack: str = "baseline"
    controls: Controls = {}
    stages: tuple[str, ...] = BOTH
    resources: tuple[str, ...]
    evaluates_unknown: bool = False
    needs_stack: bool = False

    def __init__(self) -> None:
        cls = type(self)
        super().__init__(
            name=cls.title,
            id=cls.id,
            categories=[CheckCategories.GENERAL_SECURITY],
            supported_resources=cls.resources,
            guideline=cls.reference,
        )
        # The base class resets it to None when offline; `checkov -c HIGH` needs it.
        self.severity = Severity(cls.severity)
        self.address = ""
        self.independent_details: list[str] = []
        """Problems that were found before any unknown value was read."""
        self.unset_blocks: dict[str, tuple[str, ...]] = {}
        """By problem: the blocks read before it that are not set, or dynamic."""

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Evaluate a resource; called by checkov. Fails with one detail line per problem."""
        self.details, self.independent_details, self.unset_blocks = [], [], {}
        for problem in self.problems(self.block(conf)):
            self.details.append(problem)
            self.unset_blocks[problem] = unknown_tracking.unset_blocks_read()
            if not unknown_tracking.has_read_unknown():
                self.independent_details.append(problem)
        return CheckResult.FAILED if self.details else CheckResult.PASSED

    def block(self, conf: dict[str, Any]) -> Block:
        """Plain form of the configuration that is to be evaluated."""
        address = conf.get("__address__") or ".".join(self.entity_path.rsplit(":", 2)[1:])
        self.address = address[0] if isinstance(address, list) else str(address)
        return _block(conf, self.address)

    @abstractmethod
    def problems(self, block: Block) -> Iterable[str]:
        """Messages of the problems of this resource; empty if it passes.

        ``block`` is the plain configuration: scalars unchanged, nested blocks as lists of dicts, policy documents
        parsed. A reference is its text (``aws_kms_key.lake.arn``).
        """

    @property
    def peers(self) -> Peers:
        """Other resources of the stack.

        Raises:
            LookupError: the engine provided no graph; without it, missing resources would pass.
        """
        return Peers.from_graph(self.graph, self.address)


_cached_block: tuple[dict[str, Any], Block] | None = None


def _block(conf: dict[str, Any], address: str) -> Block:
    """Plain form of a configuration, cached for the rules that evaluate the same resource in sequence."""
    global _cached_block  # noqa: PLW0603
    if _cached_block is None or _cached_block[0] is not conf:
        _cached_block = conf, unknown_tracking.track(unwrap(conf), address)
    return _cached_block[1]


DocumentT = TypeVar("DocumentT")


class DocumentRule(ABC, Generic[DocumentT]):
    """Metadata of a rule for a whole document."""

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
        """Problems of the document with their addresses."""


class StackRule(DocumentRule[SynthesizedStack]):
    """Rule for a synthesized stack."""

    stages: ClassVar[tuple[str, ...]] = (SYNTH,)


class PlanRule(DocumentRule[PlanFile]):
    """Rule for a plan: its changes and planned values."""

    stages: ClassVar[tuple[str, ...]] = (PLAN,)


class ConfigurationRule(DocumentRule[SynthesizedStack | PlanFile]):
    """Rule for a synthesized stack and for its plan, converted to the same shape."""

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
        """Problems of a stack, or of a plan converted to a stack (``plan_as_stack.convert_plan``)."""


class DeclarationRule(DocumentRule[SynthesizedStack | PlanFile]):
    """Rule for everything that a synthesized stack or a plan declares (see ``terraform.declarations``)."""

    stages: ClassVar[tuple[str, ...]] = BOTH

    def problems(self, document: SynthesizedStack | PlanFile) -> Iterable[Problem]:
        return self.declared_problems(declarations.read(document))

    @abstractmethod
    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        """Problems of the declarations with their addresses."""
