"""Lake Formation: administrators, registered zones and LF-tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.account_owner import require_owner_of_account
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of
from lakekit.governance.grant_order import record_locations
from lakekit.iam import ServiceRole
from lakekit.naming import pascal
from lakekit.storage import ZoneReference


class LakeFormationSettings(Construct):
    """Data lake settings: explicit administrators, and no default permissions for all IAM principals.

    The planners of the account's environments are read-only administrators.

    Without them a new database or table grants all permissions to IAMAllowedPrincipals, which disables Lake Formation
    for it (Lake Formation developer guide, "Changing the default settings for your data lake").

    Args:
        scope: the parent construct.
        id: PascalCase id.

    Attributes:
        resource: the `aws_lakeformation_data_lake_settings`.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        environment = require_owner_of_account(self)
        administrators = environment.names.role_arns(environment.governance.administrators)
        planners = (environment.deployment.planner.role, *environment.account_settings.planners)
        self.resource: Final = aws.lakeformation_data_lake_settings.LakeformationDataLakeSettings(
            self,
            "Settings",
            catalog_id=environment.account_id,
            admins=administrators,
            # Plans read every database and table, which Lake Formation shows to administrators and grantees only (Lake
            # Formation developer guide, "Metadata permissions" and "Create a data lake administrator").
            read_only_admins=sorted(set(environment.names.role_arns(planners)) - set(administrators)),
            # No credentials for engines outside AWS.
            allow_external_data_filtering=False,
            allow_full_table_external_data_access=False,
            # Version 3 shares LF-tags, tables and databases with other accounts through AWS RAM.
            parameters={"CROSS_ACCOUNT_VERSION": "3"},
        )


class LakeLocations(Construct):
    """Registers zones with Lake Formation, with a dedicated role.

    Unlike the service-linked role, a dedicated role is visible in IAM, its permissions can be limited, and its use is
    logged in CloudTrail.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        zones: the zones to register; all of the environment's that hold tables by default.
        settings: the settings, which are created first.

    Attributes:
        role: the ServiceRole that Lake Formation assumes.
        locations: `aws_lakeformation_resource` by zone.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        zones: Sequence[str] | None = None,
        settings: LakeFormationSettings | None = None,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        if zones is None:
            zones = [name for name, zone in environment.lake.zones.items() if zone.holds_tables]
        self.role: Final = ServiceRole(
            self,
            "AccessRole",
            service="lakeformation",
            # Lake Formation Developer Guide, "Requirements for roles used to register locations".
            also=["glue"],
            description="Lake Formation reads and writes the registered zones with it, on behalf of those it lets in",
            name="lakeformation",
            session_actions=["sts:SetContext"],
        )
        self.locations: Final[dict[str, aws.lakeformation_resource.LakeformationResource]] = {}
        for name in zones:
            id_ = pascal(name)
            zone = ZoneReference(self, f"{id_}Zone", name)
            zone.grant_write(self.role)
            self.locations[name] = aws.lakeformation_resource.LakeformationResource(
                self,
                id_,
                arn=names.bucket_arn(zone.bucket_name),
                role_arn=self.role.resource.arn,
                use_service_linked_role=False,
                # Hybrid access would allow access by IAM alone.
                hybrid_access_enabled=False,
                depends_on=[settings.resource] if settings else None,
            )
        for location in self.locations.values():
            add_dependency(location, self.role)
        record_locations(self, self)


class LakeTags(Construct):
    """The LF-tags `zone`, `domain` and `classification`, with the values of the environment file.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        settings: the settings, which are created first.

    Attributes:
        tags: `aws_lakeformation_lf_tag` by key.
    """

    def __init__(self, scope: Construct, id: str, *, settings: LakeFormationSettings | None = None) -> None:
        super().__init__(scope, id)
        environment = require_owner_of_account(self)
        vocabulary: Mapping[str, Sequence[str]] = {
            "zone": environment.zone_vocabulary,
            "domain": environment.governance.domains,
            "classification": environment.governance.classifications,
        }
        self.tags: Final[dict[str, aws.lakeformation_lf_tag.LakeformationLfTag]] = {
            key: aws.lakeformation_lf_tag.LakeformationLfTag(
                self,
                key.capitalize(),
                key=key,
                values=sorted(values),
                depends_on=[settings.resource] if settings else None,
            )
            for key, values in vocabulary.items()
        }
