from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lakekit_policies.plan_rules._unknown_arguments import UNDECIDED, UnknownArguments
from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import Change, value_at
from lakekit_policies.terraform.plan_file import PlanFile


def _disabled(before: Any, after: Any) -> bool:
    return before is True and after is not True


def _shorter_retention(before: Any, after: Any) -> bool:
    """Whether the retention is shorter; 0 means unlimited for CloudWatch Logs."""
    return int(after or 0) != 0 and (not before or int(after) < int(before))


def _fewer_days(before: Any, after: Any) -> bool:
    """Whether the number of days is lower; 0 means none."""
    return int(after or 0) < int(before or 0)


def _left_allowed_values(*allowed: str) -> Callable[[Any, Any], bool]:
    return lambda before, after: before in allowed and after not in allowed


def _unset(before: Any, after: Any) -> bool:
    return bool(before) and not after


@dataclass(frozen=True, slots=True)
class Guard:
    """An attribute and the condition under which a change weakens protection."""

    path: str
    weaker: Callable[[Any, Any], bool]

    def can_weaken(self, before: Any) -> bool:
        """Whether any value after this one weakens protection."""
        return any(self.weaker(before, after) for after in (None, 1))


_DEFAULT = "rule.apply_server_side_encryption_by_default"
_CATALOG = "data_catalog_encryption_settings"
_PUBLIC_ACCESS = (
    Guard("block_public_acls", _disabled),
    Guard("block_public_policy", _disabled),
    Guard("ignore_public_acls", _disabled),
    Guard("restrict_public_buckets", _disabled),
)

GUARDS: dict[str, tuple[Guard, ...]] = {
    "aws_s3_bucket_public_access_block": _PUBLIC_ACCESS,
    "aws_s3_account_public_access_block": _PUBLIC_ACCESS,
    "aws_s3_bucket_versioning": (Guard("versioning_configuration.status", _left_allowed_values("Enabled")),),
    "aws_s3_bucket_server_side_encryption_configuration": (
        Guard(f"{_DEFAULT}.sse_algorithm", _left_allowed_values("aws:kms", "aws:kms:dsse")),
        Guard("rule.bucket_key_enabled", _disabled),
    ),
    "aws_s3_bucket_ownership_controls": (Guard("rule.object_ownership", _left_allowed_values("BucketOwnerEnforced")),),
    "aws_kms_key": (
        Guard("enable_key_rotation", _disabled),
        Guard("is_enabled", _disabled),
        Guard("deletion_window_in_days", _shorter_retention),
    ),
    "aws_glue_data_catalog_encryption_settings": (
        Guard(
            f"{_CATALOG}.encryption_at_rest.catalog_encryption_mode",
            _left_allowed_values("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE"),
        ),
        Guard(f"{_CATALOG}.connection_password_encryption.return_connection_password_encrypted", _disabled),
    ),
    "aws_athena_workgroup": (Guard("configuration.enforce_workgroup_configuration", _disabled),),
    "aws_cloudwatch_metric_alarm": (Guard("actions_enabled", _disabled), Guard("alarm_actions", _unset)),
    "aws_db_instance": (Guard("deletion_protection", _disabled), Guard("backup_retention_period", _fewer_days)),
    "aws_dynamodb_table": (
        Guard("deletion_protection_enabled", _disabled),
        Guard("point_in_time_recovery.enabled", _disabled),
    ),
    "aws_emr_block_public_access_configuration": (Guard("block_public_security_group_rules", _disabled),),
    "aws_emr_cluster": (Guard("termination_protection", _disabled),),
    "aws_kinesis_stream": (
        Guard("encryption_type", _left_allowed_values("KMS")),
        Guard("retention_period", _fewer_days),
    ),
    "aws_rds_cluster": (Guard("deletion_protection", _disabled), Guard("backup_retention_period", _fewer_days)),
    "aws_cloudwatch_log_group": (Guard("retention_in_days", _shorter_retention), Guard("kms_key_id", _unset)),
    "aws_msk_cluster": (
        Guard("encryption_info.encryption_in_transit.client_broker", _left_allowed_values("TLS")),
        Guard("encryption_info.encryption_in_transit.in_cluster", _disabled),
        Guard("client_authentication.sasl.iam", _disabled),
    ),
    "aws_kinesisanalyticsv2_application": (
        Guard("application_configuration.application_snapshot_configuration.snapshots_enabled", _disabled),
    ),
    "aws_glue_schema": (
        Guard(
            "compatibility",
            _left_allowed_values("BACKWARD", "BACKWARD_ALL", "FORWARD", "FORWARD_ALL", "FULL", "FULL_ALL"),
        ),
    ),
    "aws_sns_topic": (Guard("kms_master_key_id", _unset),),
    "aws_sqs_queue": (Guard("kms_master_key_id", _unset),),
    "snowflake_database": (Guard("data_retention_time_in_days", _fewer_days),),
    "snowflake_schema": (
        Guard("with_managed_access", _left_allowed_values("true")),
        Guard("data_retention_time_in_days", _fewer_days),
    ),
    "snowflake_warehouse": (Guard("resource_monitor", _unset),),
    "snowflake_service_user": (Guard("network_policy", _unset),),
    "snowflake_legacy_service_user": (Guard("network_policy", _unset),),
    "snowflake_user": (Guard("network_policy", _unset),),
    "snowflake_tag": (Guard("masking_policies", _unset),),
    "aws_cloudtrail": (
        Guard("enable_logging", _disabled),
        Guard("is_multi_region_trail", _disabled),
        Guard("enable_log_file_validation", _disabled),
    ),
}


class ProtectionNotWeakened(PlanRule):
    id = "LK_PLAN_3"
    title = "Plans do not weaken encryption, versioning, public access block, rotation, logging, alarms or locks"
    severity = "high"
    rationale = (
        "A change can reduce protection while the result still satisfies every other rule. Comparing before and "
        "after detects it."
    )
    remedy = "Keep the previous value. If the change is intended, acknowledge the plan: `lakekit gate acknowledge`."
    reference = "https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=CM-3"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4"], "soc2": ["CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        if stack_context.current().tier == "sandbox":
            return
        unknown = UnknownArguments(plan)
        for change in plan.changes():
            if change.before and change.after:
                yield from _weakened(change, unknown)


def _weakened(change: Change, unknown: UnknownArguments) -> Iterable[Problem]:
    for guard in GUARDS.get(change.type, ()):
        before, after = value_at(change.before, guard.path), value_at(change.after, guard.path)
        if unknown.includes(change, guard.path):
            # The identity of a resource is a value.
            if guard.can_weaken(before) and not (guard.weaker is _unset and unknown.is_identity(change, guard.path)):
                is_warning = not stack_context.current().at_least("staging")
                yield Problem(change.address, f"{guard.path} {UNDECIDED}", warning=is_warning)
        elif before != after and guard.weaker(before, after):
            yield Problem(change.address, f"{guard.path} changes from {_display(before)} to {_display(after)}")


def _display(value: Any) -> str:
    return "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


check = ProtectionNotWeakened()
