from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lakekit_policies import context
from lakekit_policies.changes import Change, at, changes
from lakekit_policies.rule import PlanRule, Problem


def _off(before: Any, after: Any) -> bool:
    return before is True and after is not True


def _less(before: Any, after: Any) -> bool:
    """Fewer days; 0 means for ever for CloudWatch logs."""
    return int(after or 0) != 0 and (not before or int(after) < int(before))


def _shorter(before: Any, after: Any) -> bool:
    """Fewer days, where 0 is none at all."""
    return int(after or 0) < int(before or 0)


def _left(*good: str) -> Callable[[Any, Any], bool]:
    return lambda before, after: before in good and after not in good


def _gone(before: Any, after: Any) -> bool:
    return bool(before) and not after


@dataclass(frozen=True, slots=True)
class Guard:
    """An attribute, and when its change is a step down."""

    path: str
    weaker: Callable[[Any, Any], bool]


_DEFAULT = "rule.apply_server_side_encryption_by_default"
_CATALOG = "data_catalog_encryption_settings"
_PUBLIC_ACCESS = (
    Guard("block_public_acls", _off),
    Guard("block_public_policy", _off),
    Guard("ignore_public_acls", _off),
    Guard("restrict_public_buckets", _off),
)

GUARDS: dict[str, tuple[Guard, ...]] = {
    "aws_s3_bucket_public_access_block": _PUBLIC_ACCESS,
    "aws_s3_account_public_access_block": _PUBLIC_ACCESS,
    "aws_s3_bucket_versioning": (Guard("versioning_configuration.status", _left("Enabled")),),
    "aws_s3_bucket_server_side_encryption_configuration": (
        Guard(f"{_DEFAULT}.sse_algorithm", _left("aws:kms", "aws:kms:dsse")),
        Guard("rule.bucket_key_enabled", _off),
    ),
    "aws_s3_bucket_ownership_controls": (Guard("rule.object_ownership", _left("BucketOwnerEnforced")),),
    "aws_kms_key": (
        Guard("enable_key_rotation", _off),
        Guard("is_enabled", _off),
        Guard("deletion_window_in_days", _less),
    ),
    "aws_glue_data_catalog_encryption_settings": (
        Guard(f"{_CATALOG}.encryption_at_rest.catalog_encryption_mode", _left("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE")),
        Guard(f"{_CATALOG}.connection_password_encryption.return_connection_password_encrypted", _off),
    ),
    "aws_athena_workgroup": (Guard("configuration.enforce_workgroup_configuration", _off),),
    "aws_cloudwatch_metric_alarm": (Guard("actions_enabled", _off), Guard("alarm_actions", _gone)),
    "aws_db_instance": (Guard("deletion_protection", _off), Guard("backup_retention_period", _shorter)),
    "aws_dynamodb_table": (
        Guard("deletion_protection_enabled", _off),
        Guard("point_in_time_recovery.enabled", _off),
    ),
    "aws_emr_block_public_access_configuration": (Guard("block_public_security_group_rules", _off),),
    "aws_emr_cluster": (Guard("termination_protection", _off),),
    "aws_kinesis_stream": (Guard("encryption_type", _left("KMS")), Guard("retention_period", _shorter)),
    "aws_rds_cluster": (Guard("deletion_protection", _off), Guard("backup_retention_period", _shorter)),
    "aws_cloudwatch_log_group": (Guard("retention_in_days", _less), Guard("kms_key_id", _gone)),
    "aws_msk_cluster": (
        Guard("encryption_info.encryption_in_transit.client_broker", _left("TLS")),
        Guard("encryption_info.encryption_in_transit.in_cluster", _off),
        Guard("client_authentication.sasl.iam", _off),
    ),
    "aws_kinesisanalyticsv2_application": (
        Guard("application_configuration.application_snapshot_configuration.snapshots_enabled", _off),
    ),
    "aws_glue_schema": (
        Guard("compatibility", _left("BACKWARD", "BACKWARD_ALL", "FORWARD", "FORWARD_ALL", "FULL", "FULL_ALL")),
    ),
    "aws_sns_topic": (Guard("kms_master_key_id", _gone),),
    "aws_sqs_queue": (Guard("kms_master_key_id", _gone),),
    "snowflake_database": (Guard("data_retention_time_in_days", _shorter),),
    "snowflake_schema": (
        Guard("with_managed_access", _left("true")),
        Guard("data_retention_time_in_days", _shorter),
    ),
    "snowflake_warehouse": (Guard("resource_monitor", _gone),),
    "snowflake_service_user": (Guard("network_policy", _gone),),
    "snowflake_tag": (Guard("masking_policies", _gone),),
    "aws_cloudtrail": (
        Guard("enable_logging", _off),
        Guard("is_multi_region_trail", _off),
        Guard("enable_log_file_validation", _off),
    ),
}


class ProtectionNotWeakened(PlanRule):
    id = "LK_PLAN_3"
    title = "No plan weakens encryption, versioning, public-access block, rotation, logging, alarms or locks"
    severity = "high"
    rationale = (
        "A change that leaves every rule about the result satisfied may still be a step down, and one that is seen "
        "as before and after is noticed by the person who made it."
    )
    remedy = "Keep the former value. A sandbox may step down; elsewhere it takes a waiver with a reason."
    reference = "https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=CM-3"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4"], "soc2": ["CC8.1"]}

    def problems(self, document: Mapping[str, Any]) -> Iterable[Problem]:
        if context.current().tier == "sandbox":
            return
        for change in changes(document):
            if change.before and change.after:
                yield from _steps_down(change)


def _steps_down(change: Change) -> Iterable[Problem]:
    for guard in GUARDS.get(change.type, ()):
        before, after = at(change.before, guard.path), at(change.after, guard.path)
        known = at(change.after_unknown, guard.path) is not True
        if known and before != after and guard.weaker(before, after):
            yield Problem(change.address, f"{guard.path} goes from {_said(before)} to {_said(after)}")


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


check = ProtectionNotWeakened()
