"""Stacks: one Terraform state each, with backend, provider and tags from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from lakekit.bindings import aws, cdktf
from lakekit.core import source_locations, trust_boundary
from lakekit.core.metadata import write_metadata
from lakekit.core.plan_gate_variable import guard_provider, require_plan_gate
from lakekit.core.tags import MAX_OBJECT_TAGS, SHARED_DATA_PRODUCT, default_tags
from lakekit.environment import CapabilityName, Environment, S3Backend
from lakekit.environment.provider import CAPABILITIES
from lakekit.errors import ConstructError, LakekitError
from lakekit.naming import KEBAB_CASE
from lakekit_policies.terraform.plan_gate_variable import REQUIRED_VERSION
from lakekit_policies.terraform.stack_metadata import PlanLimits, StackMetadata

if TYPE_CHECKING:
    from constructs import IConstruct

    from lakekit.core.app import LakehouseApp
    from lakekit.monitoring.metrics import Widget

STATE_DIRECTORY: Final = Path(".lakekit/state")


class LakehouseStack(cdktf.TerraformStack):
    """A stack `<environment>-<name>` with its own Terraform state.

    It configures the backend (S3 with native locking, or a local file for the local cloud), the AWS provider for the
    one allowed account, the provider's source and version range, and the default tags. Constructs of the stack read
    environment, names and tags from it. Above dev, it can be applied through the plan gate only.

    Args:
        app: the LakehouseApp.
        environment: the environment that it belongs to.
        name: kebab-case name, such as `storage`.
        owner: mail address of the owner; the environment's by default.
        cost_center: cost center; the environment's by default.
        domain: business domain, for the tag `domain`; required by TeamStack.
        data_product: data product, for the tag `data-product`; `platform` by default, which serves all products.
        classification: classification of the most confidential data that the resources store or transfer, one of
            governance.classifications; the most confidential one of the zones by default.

    Raises:
        LakekitError: the name or the data product is not a kebab-case name, or the environment does not have the
            classification.
    """

    def __init__(
        self,
        app: LakehouseApp | cdktf.App,
        environment: Environment,
        name: str,
        *,
        owner: str | None = None,
        cost_center: str | None = None,
        domain: str | None = None,
        data_product: str = SHARED_DATA_PRODUCT,
        classification: str | None = None,
    ) -> None:
        if not KEBAB_CASE.match(name):
            raise LakekitError(
                f"{name!r} is not a valid stack name",
                fix="use lower-case letters, digits and single hyphens, a letter first, such as `sales-eu`",
            )
        if not KEBAB_CASE.match(data_product):
            raise LakekitError(
                f"{data_product!r} is not a valid name of a data product",
                where=environment.names.stack(name),
                fix="use lower-case letters, digits and single hyphens, a letter first, such as `daily-orders`",
            )
        known = environment.governance.classifications
        if classification is not None and classification not in known:
            raise LakekitError(
                f"{classification!r} is not a classification of {environment.name}: {', '.join(known)}",
                where=environment.names.stack(name),
                fix=f"add it to governance.classifications in {environment.name}.yaml, or pass classification=",
            )
        super().__init__(app, environment.names.stack(name))
        self.app: Final = app
        self.stack_name: Final = name
        self.environment: Final = environment
        self.owner: Final = owner or environment.owner
        self.tags: Final = default_tags(
            environment,
            stack=name,
            owner=self.owner,
            cost_center=cost_center or environment.cost_center,
            classification=classification or environment.strictest_classification,
            data_product=data_product,
            domain=domain,
        )
        self.widgets: Final[list[Widget]] = []
        self.waivers: Final[list[dict[str, str]]] = []
        self._excluded: Final[set[CapabilityName]] = set()
        self._add_backend(getattr(app, "output", None))
        self._add_provider()
        self._add_metadata()

    def _add_backend(self, output: Path | None) -> None:
        environment = self.environment
        backend = environment.backend
        stack = self.node.id
        if isinstance(backend, S3Backend):
            names = environment.names
            cdktf.S3Backend(
                self,
                bucket=backend.bucket_name(names),
                key=f"{backend.prefix}/{environment.name}/{self.stack_name}.tfstate",
                region=backend.region or environment.region,
                encrypt=True,
                kms_key_id=backend.kms_key_id,
            )
            self.add_override("terraform.backend.s3.use_lockfile", True)
            self.add_override("terraform.backend.s3.allowed_account_ids", [environment.account_id])
        else:
            # Relative to the folder of the stack, so that the JSON is the same on every machine.
            outdir = (output or Path("cdktf.out")).resolve()
            state = (Path.cwd() / STATE_DIRECTORY / f"{stack}.tfstate").resolve()
            cdktf.LocalBackend(self, path=os.path.relpath(state, outdir / "stacks" / stack))
        # S3 state locking without DynamoDB: Terraform 1.10 (use_lockfile).
        self.add_override("terraform.required_version", REQUIRED_VERSION)
        if environment.defaults.requires_plan_gate:
            require_plan_gate(self)

    @cached_property
    def object_provider(self) -> cdktf.TerraformProvider | None:
        """Provider for S3 objects, without the tags of the environment; None if all tags fit on an object."""
        if len(self.tags) <= MAX_OBJECT_TAGS:
            return None
        own = {key: value for key, value in self.tags.items() if key not in self.environment.tags}
        return self._aws_provider("AwsObjects", own, alias="objects")

    def _aws_provider(self, name: str, tags: Mapping[str, str], alias: str | None = None) -> cdktf.TerraformProvider:
        environment = self.environment
        provider = aws.provider.AwsProvider(
            self,
            name,
            alias=alias,
            region=environment.region,
            allowed_account_ids=[environment.account_id],
            default_tags=[aws.provider.AwsProviderDefaultTags(tags=dict(tags))],
            # The emulator answers at once or not at all: 25 retries with back-off would only delay the error.
            max_retries=1 if environment.is_local else None,
        )
        if environment.defaults.requires_plan_gate:
            guard_provider(provider, "aws")
        return provider

    def _add_provider(self) -> None:
        environment = self.environment
        self._aws_provider("Aws", self.tags)
        self.add_override("terraform.required_providers.aws.source", environment.provider.source)
        self.add_override("terraform.required_providers.aws.version", environment.provider.version)

    def exclude_provider_versions(self, capability: CapabilityName) -> None:
        """Exclude the versions of the AWS provider that have a capability; the lowest exclusion of a stack holds."""
        self._excluded.add(capability)
        lowest = min(self._excluded, key=lambda name: CAPABILITIES[name].possible)
        self.add_override("terraform.required_providers.aws.version", self.environment.provider.without(lowest))

    def _add_metadata(self) -> None:
        environment = self.environment
        limits = environment.plan_limits
        governance = environment.governance
        metadata = StackMetadata(
            organization=environment.organization,
            environment=environment.name,
            tier=str(environment.tier),
            target=str(environment.target),
            stack=self.stack_name,
            account_id=environment.account_id,
            region=environment.region,
            partition=environment.names.partition,
            domain=self.tags.get("domain", ""),
            fail_on=environment.gate.fail_on or "",
            plan_limits=PlanLimits(limits.max_deletes, limits.max_deleted_fraction) if limits else None,
            vocabularies={
                "classification": tuple(governance.classifications),
                "domain": tuple(governance.domains),
                "zone": environment.zone_vocabulary,
            },
            trust_boundary=trust_boundary.boundary_of(environment),
            athena_workgroups=environment.separated_workgroups,
        )
        write_metadata(self, metadata)


# Stacks of constructs in a plain cdktf app: each look-up is a call to Node, and the answer never changes.
_STACKS: Final[WeakKeyDictionary[IConstruct, cdktf.TerraformStack]] = WeakKeyDictionary()


def stack_of(construct: IConstruct) -> LakehouseStack:
    """Return the lakehouse stack of a construct.

    Raises:
        ConstructError: the construct is in a plain TerraformStack, which has no environment.
    """
    stack = source_locations.stack_of(construct) or _STACKS.get(construct)
    if stack is None:
        stack = _STACKS[construct] = cdktf.TerraformStack.of(construct)
    if not isinstance(stack, LakehouseStack):
        raise ConstructError(
            construct,
            f"is in a {type(stack).__name__}, which has no environment",
            fix="derive the stack from lakekit.LakehouseStack or lakekit.TeamStack",
        )
    return stack


def environment_of(construct: IConstruct) -> Environment:
    """Return the environment of a construct."""
    return stack_of(construct).environment
