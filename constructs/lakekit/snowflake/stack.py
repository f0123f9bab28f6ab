"""Stacks with the Snowflake provider."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lakekit.bindings import cdktf, snowflake
from lakekit.core.metadata import metadata_of, write_metadata
from lakekit.core.plan_gate_variable import guard_provider
from lakekit.core.stack import LakehouseStack
from lakekit.core.tags import SHARED_DATA_PRODUCT
from lakekit.environment import Authenticator, Environment, SnowflakeSettings
from lakekit.environment.snowflake import DEPLOYER
from lakekit.errors import LakekitError
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.names import SnowflakeNames
from lakekit.snowflake.policy_data import PolicyData, to_dict
from lakekit_policies.snowflake_schema import schema

if TYPE_CHECKING:
    from lakekit.core.app import LakehouseApp

_AUTHENTICATORS: Final = {Authenticator.KEY_PAIR: "SNOWFLAKE_JWT", Authenticator.OAUTH: "OAUTH"}


class SnowflakeStack(LakehouseStack):
    """A stack of Snowflake objects and the AWS resources that they need.

    The default provider uses SYSADMIN; each other administrative role has an alias, also if unused, since Terraform
    cannot delete an object whose provider was removed together with it. `preview_features_enabled` lists exactly the
    preview features that the stack uses. The configuration has no secret: the private key or token comes from
    environment variables. All statements of the provider have a query tag with environment, stack and cost center.

    Args:
        app: the LakehouseApp.
        environment: the environment; its file has a `snowflake` section.
        name: `snowflake`, or a name that ends in `-snowflake`.
        owner: owner contact; the environment's owner by default.
        cost_center: cost center; the environment's by default.
        domain: the business domain of its data products; the environment's first by default.
        data_product: tag of its AWS resources; the stack's name without `-snowflake` by default.
        classification: the most confidential data that they may hold or pass on; the most confidential of the zones'
            by default.
        keep_preview_features: resource types, such as `snowflake_pipe`, whose last resource was just removed from the
            stack: the provider neither reads nor deletes a preview resource that is not enabled. LK_SF_2 needs a
            waiver for that apply.

    Attributes:
        settings: the environment's Snowflake settings.
        snowflake_names: Snowflake names.
        domain: the domain.

    Raises:
        LakekitError: the environment has no Snowflake account, the name does not end in `snowflake`, the domain or the
            classification is not one of the environment's, or a type of keep_preview_features is not a preview.
    """

    def __init__(
        self,
        app: LakehouseApp | cdktf.App,
        environment: Environment,
        name: str = "snowflake",
        *,
        owner: str | None = None,
        cost_center: str | None = None,
        domain: str | None = None,
        data_product: str | None = None,
        classification: str | None = None,
        keep_preview_features: Sequence[str] = (),
    ) -> None:
        settings = environment.snowflake
        where = environment.names.stack(name)
        if settings is None:
            raise LakekitError(
                f"{environment.name} has no Snowflake account",
                where=where,
                fix=f"add a `snowflake` section to {environment.name}.yaml, or leave the stack out",
            )
        if name != "snowflake" and not name.endswith("-snowflake"):
            raise LakekitError(
                f"{name!r} is not a name of a Snowflake stack", where=where, fix=f"name it {name}-snowflake"
            )
        self.domain: Final = domain or environment.governance.domains[0]
        if self.domain not in environment.governance.domains:
            raise LakekitError(
                f"{self.domain!r} is not a domain of {environment.name}: {', '.join(environment.governance.domains)}",
                where=where,
                fix=f"add it to governance.domains in {environment.name}.yaml, or pass domain=",
            )
        for kind in keep_preview_features:
            if not schema.load().previews_of([kind]):
                raise LakekitError(
                    f"{kind!r} is not a preview feature of the provider",
                    where=where,
                    fix="remove it; only preview resource types, such as snowflake_pipe, need to be kept",
                )
        self._policies: Final[list[PolicyData]] = []
        self._kept_preview_types: Final = frozenset(keep_preview_features)
        self.settings: Final[SnowflakeSettings] = settings
        self.snowflake_names: Final = SnowflakeNames(environment.names)
        super().__init__(
            app,
            environment,
            name,
            owner=owner,
            cost_center=cost_center,
            domain=domain,
            data_product=data_product
            or (SHARED_DATA_PRODUCT if name == "snowflake" else name.removesuffix("-snowflake")),
            classification=classification,
        )
        self._providers: Final[Mapping[Administrator, snowflake.provider.SnowflakeProvider]] = {
            one: self._provider(one) for one in Administrator
        }
        self.add_override("terraform.required_providers.snowflake.source", settings.provider.source)
        self.add_override("terraform.required_providers.snowflake.version", settings.provider.version)
        account, edition = settings.account_identifier, str(settings.edition)
        write_metadata(
            self, replace(metadata_of(self), provider="snowflake", snowflake_account=account, edition=edition)
        )

    def record_policy(self, data: PolicyData) -> None:
        """Add a policy or a shared table to the stack's metadata, which the access matrix reads."""
        self._policies.append(data)

    def provider_for(self, administrator: Administrator) -> snowflake.provider.SnowflakeProvider:
        """The provider that uses an administrative role."""
        return self._providers[administrator]

    def _provider(self, administrator: Administrator) -> snowflake.provider.SnowflakeProvider:
        default = administrator is Administrator.OBJECTS
        provider = snowflake.provider.SnowflakeProvider(
            self,
            "Snowflake" if default else f"Snowflake{administrator.name.capitalize()}",
            alias=None if default else administrator.value.lower(),
            organization_name=self.settings.organization,
            account_name=self.settings.account,
            user=self.snowflake_names.service_user(DEPLOYER),
            role=administrator.value,
            authenticator=_AUTHENTICATORS[self.settings.authenticator],
            params={"query_tag": self.query_tag()},
        )
        if self.environment.defaults.requires_plan_gate:
            guard_provider(provider, "snowflake")
        return provider

    def query_tag(self, **more: str) -> str:
        """The query tag that attributes usage: JSON, at most 2,000 characters (QUERY_TAG)."""
        tag = {
            "environment": self.environment.name,
            "stack": self.stack_name,
            "cost_center": self.tags["cost-center"],
            **more,
        }
        return json.dumps(tag, sort_keys=True)

    def prepare_stack(self) -> None:
        """Write the preview features that the stack uses, and the data of its policies."""
        policies = tuple(to_dict(one) for one in self._policies)
        write_metadata(self, replace(metadata_of(self), snowflake_policies=policies))
        found = self.node.find_all()
        resources = {one.terraform_resource_type for one in found if isinstance(one, cdktf.TerraformResource)}
        data = {one.terraform_resource_type for one in found if isinstance(one, cdktf.TerraformDataSource)}
        previews = schema.load().previews_of(resources | self._kept_preview_types, data)
        for provider in self._providers.values():
            provider.preview_features_enabled = previews or None
        super().prepare_stack()
