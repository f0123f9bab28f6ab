from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.plan_rules.no_data_deletion import KEPT
from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import Change, is_same_resource, value_at
from lakekit_policies.terraform.plan_file import PlanFile

# Protection types: attribute that names the protected resource ("" if none), and effect of its removal.
PROTECTIONS = {
    "aws_s3_bucket_public_access_block": ("bucket", "the bucket can be made public"),
    "aws_s3_bucket_server_side_encryption_configuration": (
        "bucket",
        "new objects are no longer encrypted with the customer managed key",
    ),
    "aws_s3_bucket_versioning": ("bucket", "overwritten and deleted objects can no longer be recovered"),
    "aws_s3_bucket_policy": ("bucket", "plain HTTP, other KMS keys and SSE-C are accepted"),
    "aws_s3_bucket_ownership_controls": ("bucket", "ACLs are enabled again"),
    "aws_s3_bucket_logging": ("bucket", "access requests are no longer logged"),
    "aws_s3_bucket_object_lock_configuration": ("bucket", "locked objects can be deleted"),
    "aws_kms_key_policy": ("key_id", "access to the key is controlled by IAM policies alone"),
    "aws_organizations_policy": ("", "its denials no longer apply"),
    "aws_organizations_policy_attachment": ("", "the denials of the policy no longer apply to the target"),
    "aws_ssoadmin_permissions_boundary_attachment": ("", "the permission set is no longer limited"),
    "aws_vpc_endpoint_policy": ("vpc_endpoint_id", "the endpoint allows every principal and resource"),
    "aws_lakeformation_resource_lf_tags": ("", "the resource inherits the LF-tags and grants of its parent"),
    "aws_lakeformation_resource_lf_tag": ("", "the resource inherits the LF-tags and grants of its parent"),
    "aws_lakeformation_data_cells_filter": ("", "rows and columns are no longer filtered"),
    "aws_flow_log": ("", "traffic is no longer logged"),
    "snowflake_masking_policy": ("", "columns of that type are no longer masked"),
    "snowflake_row_access_policy": ("", "rows are no longer filtered"),
    "snowflake_tag_association": ("", "masking policies and reports based on the tag no longer apply"),
    "snowflake_account_parameter": ("", "the account uses Snowflake's default"),
    "snowflake_execute": ("", "its revert removes a protection"),
    "snowflake_network_policy": ("", "leaked credentials can be used from any network"),
    "snowflake_resource_monitor": ("", "credit usage is no longer limited"),
    "aws_emr_block_public_access_configuration": ("", "EMR clusters of the account can be public"),
    "aws_s3_account_public_access_block": ("", "buckets of the account can be made public"),
    "aws_budgets_budget": ("", "cost overruns are no longer reported"),
    "aws_cloudwatch_metric_alarm": ("", "no notification is sent"),
}


_PROTECTS = re.compile(
    r"\b(ADD|SET)\s+(ROW ACCESS POLICY|MASKING POLICY|AGGREGATION POLICY|PROJECTION POLICY|NETWORK_POLICY|"
    r"RESOURCE_MONITOR|TAG)\b",
    re.IGNORECASE,
)
_DROPPED = re.compile(r'\bDROP\s+(?:[A-Z]+\s+)*?(?:TABLE|VIEW)\s+(?:IF EXISTS\s+)?(?P<name>"[^;\s]+")', re.IGNORECASE)


class ProtectionNotRemoved(PlanRule):
    id = "LK_PLAN_2"
    title = "Plans do not remove protections from existing resources"
    severity = "critical"
    rationale = "Bucket protections are separate resources: deleting one leaves the bucket and its data without it."
    remedy = "Keep the resource. To delete a bucket, delete all of its resources (see LK_PLAN_1)."
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
                consequence = f"; {KEPT}" if change.forgets else f": {loss}"
                yield Problem(change.address, change.description + consequence)


def protects(kind: str, values: Mapping[str, Any]) -> bool:
    """Whether a resource is a protection, or SQL that attaches one."""
    if kind == "snowflake_execute":
        return bool(_PROTECTS.search(str(values.get("execute") or "")))
    return kind in PROTECTIONS


def _has_successor(change: Change, planned: list[Change]) -> bool:
    """Whether the plan creates the same protection at another address (renamed construct)."""
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
    """Whether the protected object is deleted with another one (a tag with its table, a policy with its schema)."""
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
    """Whether a block of LF-tags refers to this table or database."""
    name, database = value_at(change.before, f"{place}.name"), value_at(change.before, f"{place}.database_name")
    return name is not None and (name, database) == (other.before.get("name"), other.before.get("database_name"))


def _text(change: Change, name: str) -> str:
    return str(change.before.get(name) or "")


def _is_deleted_too(protected: Any, planned: list[Change]) -> bool:
    """Whether the protected resource is deleted in the same plan (LK_PLAN_1 checks that deletion)."""
    return any(
        other.destroys and protected in (other.before.get("id"), other.before.get("bucket"), other.before.get("arn"))
        for other in planned
        if other.type in ("aws_s3_bucket", "aws_kms_key", "aws_vpc_endpoint") and protected
    )


check = ProtectionNotRemoved()
