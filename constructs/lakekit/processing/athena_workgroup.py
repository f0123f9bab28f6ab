"""Athena workgroups with enforced settings, for roles that read the same data."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.monitoring import Alarm, Metric, add_widget
from lakekit.naming import slug
from lakekit.processing.shared_results import TAG
from lakekit.processing.workgroup_base import WorkgroupBase
from lakekit.processing.workgroup_reference import WorkgroupReference
from lakekit.storage.encryption_key import key_arn

_GB: Final = 1024**3
_ENGINE: Final = "Athena engine version 3"
# Alarm when a team scans in a day as much as twenty queries at the scan limit.
_QUERIES_A_DAY: Final = 20


class AthenaWorkgroup(WorkgroupBase):
    """Athena workgroup: enforced settings, encrypted results that expire, a scan limit per query.

    Its roles read each other's query results, and so must read the same data.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        name: short name in kebab case, usually its role's; the physical name is `<organization>-<environment>-<name>`.
        scan_limit_gb: GB that a query may scan, at least 1; by default the environment's, or the tier's: 50
            (sandbox), 200 (dev), 1000 (staging), 2000 (prod). Athena charges 5 USD a TB in most regions.
        shared_results: why roles that read different data may query in it, 10 to 256 characters that a tag may have; by
            default a grant to such a role is an error.

    Attributes:
        short_name: short name.
        name: physical name, a literal.
        arn: ARN, a literal.
        resource: the `aws_athena_workgroup`.
        results_location: `s3://…/<name>/`, where results are written; a literal.
        shared_results: the reason, or None.
        scan_alarm: Alarm on the bytes that its queries scan in a day.

    Raises:
        ConstructError: a scan limit below 1 GB, or `shared_results` is not a reason.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str | None = None,
        scan_limit_gb: int | None = None,
        shared_results: str | None = None,
    ) -> None:
        super().__init__(scope, id, name=name or slug(id), shared_results=shared_results)
        environment = environment_of(self)
        if scan_limit_gb is None:
            scan_limit_gb = environment.processing.athena.scan_limit_gb or environment.defaults.scan_limit_gb
        if scan_limit_gb < 1:
            raise ConstructError(self, f"scan_limit_gb {scan_limit_gb} is below 1", fix="set a limit of 1 GB or more")
        module = aws.athena_workgroup
        results = module.AthenaWorkgroupConfigurationResultConfiguration(
            output_location=self.results_location,
            # Results are never written to a bucket of the same name in another account.
            expected_bucket_owner=environment.account_id,
            encryption_configuration=module.AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration(
                encryption_option="SSE_KMS", kms_key_arn=key_arn(self, self._key_alias)
            ),
        )
        self.resource: Final = module.AthenaWorkgroup(
            self,
            "Workgroup",
            name=self.name,
            description=f"Queries of {self.short_name}",
            tags={TAG: self.shared_results} if self.shared_results else None,
            # Deletes the query history, no data.
            force_destroy=environment.defaults.force_destroy,
            configuration=module.AthenaWorkgroupConfiguration(
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                requester_pays_enabled=False,
                bytes_scanned_cutoff_per_query=scan_limit_gb * _GB,
                engine_version=module.AthenaWorkgroupConfigurationEngineVersion(selected_engine_version=_ENGINE),
                result_configuration=results,
            ),
        )
        scanned = Metric("AWS/Athena", "ProcessedBytes", {"WorkGroup": self.name}, "Sum", 86_400, "bytes a day")
        self.scan_alarm: Final = Alarm(
            self,
            "Scanned",
            metric=scanned,
            threshold=scan_limit_gb * _GB * _QUERIES_A_DAY,
            description=f"Workgroup {self.short_name} scanned more in a day than {_QUERIES_A_DAY} of its largest "
            "queries may: look for a query without a partition filter or a dashboard that refreshes too often",
        )
        add_widget(self, f"Athena {self.short_name}: scanned", [scanned])

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> WorkgroupReference:
        """Return a reference to a workgroup of another stack.

        Args:
            scope: parent construct.
            id: PascalCase id.
            name: short name of the workgroup: a key of `processing.athena.teams` of the environment file, or a role
                of `governance.roles` if that is unset.

        Raises:
            ConstructError: the environment has no workgroup of that name.
        """
        return WorkgroupReference(scope, id, name)

    def _state_sharing(self) -> None:
        if not self.shared_results:
            self.resource.tags = {TAG: "roles that read the same data"}
