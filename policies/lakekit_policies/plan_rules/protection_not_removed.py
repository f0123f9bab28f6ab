from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import Change, is_same_resource, value_at
from lakekit_policies.terraform.plan_file import PlanFile

# What protects, and the attribute that names what it protects ("" for what stands for itself).
PROTECTIONS = {
    "aws_s3_bucket_public_access_block": ("bucket", "the bucket may be made public"),
    "aws_s3_bucket_server_side_encryption_configuration": ("bucket", "new objects are no longer under our key"),
    "aws_s3_bucket_versioning": ("bucket", "overwritten and deleted objects can no longer be recovered"),
    "aws_s3_bucket_policy": ("bucket", "plain HTTP, foreign keys and SSE-C are accepted"),
    "aws_s3_bucket_ownership_controls": ("bucket", "ACLs come back"),
    "aws_s3_bucket_logging": ("bucket", "accesses are no longer recorded"),
    "aws_s3_bucket_object_lock_configuration": ("bucket", "locked objects can be deleted"),
    "aws_kms_key_policy": ("key_id", "the key falls back to the account's IAM policies"),
    "aws_lakeformation_resource_lf_tags": ("", "what was classified falls under the grants on what it stands in"),
    "aws_lakeformation_resource_lf_tag": ("", "what was classified falls under the grants on what it stands in"),
    "aws_lakeformation_data_cells_filter": ("", "rows and columns that were hidden have no filter"),
    "aws_flow_log": ("", "traffic is no longer recorded"),
    "snowflake_masking_policy": ("", "columns of that type show their values"),
    "snowflake_row_access_policy": ("", "rows that were hidden are seen"),
    "snowflake_tag_association": ("", "masks and reports that go by the tag miss what carried it"),
    "snowflake_account_parameter": ("", "the account falls back to Snowflake's own setting"),
    "snowflake_execute": ("", "its revert takes off what protects"),
    "snowflake_network_policy": ("", "a leaked key works from everywhere"),
    "snowflake_resource_monitor": ("", "credits have no end"),
    "aws_emr_block_public_access_configuration": ("", "clusters of the account may be open to the world"),
    "aws_s3_account_public_access_block": ("", "each bucket of the account may be made public"),
    "aws_budgets_budget": ("", "nobody hears of it when money runs away"),
    "aws_cloudwatch_metric_alarm": ("", "no notification is sent"),
}


_PROTECTS = re.compile(
    r"\b(ADD|SET)\s+(ROW ACCESS POLICY|MASKING POLICY|AGGREGATION POLICY|PROJECTION POLICY|NETWORK_POLICY|"
    r"RESOURCE_MONITOR|TAG)\b",
    re.IGNORECASE,
)
_DROPPED = re.compile(r'\bDROP\s+[A-Z ]*?(?:TABLE|VIEW)\s+(?:IF EXISTS\s+)?(?P<name>"[^;\s]+")', re.IGNORECASE)


class ProtectionNotRemoved(PlanRule):
    id = "LK_PLAN_2"
    title = "Plans do not remove protections from existing resources"
    severity = "critical"
    rationale = "Buckets are kept by many small resources: deleting one leaves the bucket, its data, and a hole."
    remedy = "Keep the sub-resource. To retire a bucket, retire all of it (see LK_PLAN_1)."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-5", "SI-7"], "soc2": ["CC7.1", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        if stack_context.current().tier == "sandbox":
            return
        planned = list(plan.changes())
        for change in planned:
            if protects(change.type, change.before) and change.is_removed and not _has_successor(change, planned):
                attribute, loss = PROTECTIONS[change.type]
                if attribute and _is_deleted_too(change.before.get(attribute), planned):
                    continue
                if any(_is_contained_in(change, other) for other in planned if other.destroys):
                    continue
                yield Problem(change.address, f"{change.description}: {loss}")


def protects(kind: str, values: Mapping[str, Any]) -> bool:
    """Whether a resource protects something; of SQL, whether it attaches what does."""
    if kind == "snowflake_execute":
        return bool(_PROTECTS.search(str(values.get("execute") or "")))
    return kind in PROTECTIONS


def _has_successor(change: Change, planned: list[Change]) -> bool:
    """The same protection of the same thing under another address: a renamed construct."""
    attribute, _ = PROTECTIONS[change.type]
    key = attribute or "name"
    return any(
        other.type == change.type
        and "create" in other.actions
        and (
            is_same_resource(change, other)
            or (other.after.get(key) is not None and other.after.get(key) == change.before.get(key))
        )
        for other in planned
    )


def _is_contained_in(change: Change, other: Change) -> bool:
    """Whether what it protects goes with another one that is deleted: a tag with its table, a mask with its schema."""
    if other.type in ("aws_glue_catalog_table", "aws_glue_catalog_database"):
        return any(_is_named(change, place, other) for place in ("table", "table_with_columns", "database"))
    texts = [*map(str, change.before.get("object_identifiers") or []), _text(change, "execute")]
    if other.type == "snowflake_execute":
        dropped = [found["name"] for found in _DROPPED.finditer(_text(other, "revert"))]
    elif other.type in ("snowflake_database", "snowflake_schema", "snowflake_table", "snowflake_view"):
        named = [other.before.get(name) for name in ("database", "schema", "name")]
        dropped = [".".join(f'"{part}"' for part in named if part)]
    else:
        return False
    return any(re.search(rf"(?:^|\s){re.escape(name)}(?=$|[\s.;])", text) for name in dropped for text in texts)


def _is_named(change: Change, place: str, other: Change) -> bool:
    """Whether a block of LF-tags is about this table or database."""
    name, database = value_at(change.before, f"{place}.name"), value_at(change.before, f"{place}.database_name")
    return name is not None and (name, database) == (other.before.get("name"), other.before.get("database_name"))


def _text(change: Change, name: str) -> str:
    return str(change.before.get(name) or "")


def _is_deleted_too(protected: Any, planned: list[Change]) -> bool:
    """What it protects is deleted in the same plan (whether that is allowed is LK_PLAN_1's matter)."""
    return any(
        other.destroys and protected in (other.before.get("id"), other.before.get("bucket"), other.before.get("arn"))
        for other in planned
        if other.type in ("aws_s3_bucket", "aws_kms_key") and protected
    )


check = ProtectionNotRemoved()
