"""Weakening changes of the reference stacks by the rule that must report them."""

from __future__ import annotations

from collections.abc import Callable

import violations_destinations as destinations
import violations_governance as governance
import violations_processing as processing
import violations_snowflake as snowflake
import violations_streaming as streaming
from rule_cases import Change, Document, add_statement, both, changed, drop, put, statement

_RAW = "aws_s3_bucket_policy/Lake_Raw_Data"
_RAW_POLICY = f"{_RAW}/policy"
_SSE = "aws_s3_bucket_server_side_encryption_configuration/Lake_Raw_Data/rule/0"
_LIFE = "aws_s3_bucket_lifecycle_configuration/Lake_Raw_Data/rule"
_SETTINGS = "aws_lakeformation_data_lake_settings/LakeFormation"
_ALLOW_ALL = {"permissions": ["ALL"], "principal": "IAM_ALLOWED_PRINCIPALS"}
_GRANTS = "aws_iam_role_policy/TableOptimizer_Role/policy"
_OPTIMIZER_TRUST = "aws_iam_role/TableOptimizer_Role/assume_role_policy"
_ANALYST_TRUST = "aws_iam_role/Analyst_Role/assume_role_policy"
_CATALOG = "aws_glue_data_catalog_encryption_settings/Catalog/data_catalog_encryption_settings"
_TABLE = "aws_glue_catalog_table/Orders"
_BLOCK = "aws_s3_bucket_public_access_block/Lake_Raw_Data"
_PROVIDER = "provider/aws/0"


def _rule_of(path: str, wanted: str, value: Document) -> Change:
    """Update the lifecycle rule that contains the key ``wanted``."""

    def change(document: Document) -> None:
        named = document["resource"][path.partition("/")[0]]
        (bucket,) = (body for name, body in named.items() if name.startswith("Lake_Raw_Data"))
        rule = next(rule for rule in bucket["rule"] if wanted in rule)
        rule.update(value)
        for key in [key for key, item in value.items() if item is None]:
            del rule[key]

    return change


def _expire_landing(document: Document) -> None:
    named = document["resource"]["aws_s3_bucket_lifecycle_configuration"]
    (bucket,) = (body for name, body in named.items() if name.startswith("Lake_Landing_Data"))
    (expiring,) = (rule for rule in bucket["rule"] if rule["id"] == "expire-objects")
    expiring["expiration"] = [{"days": 1}]


def _allow(action: object, resource: object, **more: object) -> Change:
    return add_statement(_GRANTS, Sid="New", Effect="Allow", Action=action, Resource=resource, **more)


SYNTH: dict[str, tuple[str, Change]] = {
    "LK_S3_1": ("storage", statement(_RAW_POLICY, "DenyOldTls")),
    "LK_S3_2": ("storage", put(f"{_SSE}/bucket_key_enabled", False)),
    "LK_S3_3": ("storage", statement(_RAW_POLICY, "DenyCustomerKeys")),
    "LK_S3_4": ("storage", put("aws_s3_bucket_ownership_controls/Lake_Raw_Data/rule/object_ownership", "ObjectWriter")),
    "LK_S3_5": ("storage", drop("aws_s3_bucket_logging/Lake_Raw_Data")),
    "LK_S3_6": ("storage", _rule_of(_LIFE, "noncurrent_version_expiration", {"noncurrent_version_expiration": None})),
    "LK_S3_7": ("storage", _rule_of(_LIFE, "id", {"expiration": [{"days": 365}]})),
    "LK_S3_8": ("storage", put("aws_s3_bucket/Lake_Raw_Data/force_destroy", True)),
    "LK_S3_10": ("storage", drop("aws_s3_bucket_inventory/Lake_Raw/destination/bucket/encryption")),
    "LK_S3_11": ("storage", put("aws_s3_bucket_notification/Lake_Raw/eventbridge", False)),
    "LK_S3_12": ("storage", put("aws_s3_bucket/Lake_Raw_Data/acl", "private")),
    "LK_S3_38": ("storage", _expire_landing),
    "LK_KMS_1": ("storage", put("aws_kms_key/Lake_Raw/deletion_window_in_days", 7)),
    "LK_KMS_2": ("storage", drop("aws_kms_key/Lake_Raw/policy")),
    "LK_KMS_3": ("storage", drop("aws_kms_alias/Lake_Raw")),
    "LK_GLUE_1": ("catalog", drop("aws_glue_catalog_database/Raw/location_uri")),
    "LK_GLUE_2": (
        "catalog",
        put(
            "aws_glue_catalog_database/Raw/create_table_default_permission",
            [{"permissions": ["ALL"], "principal": {"data_lake_principal_identifier": "IAM_ALLOWED_PRINCIPALS"}}],
        ),
    ),
    "LK_GLUE_3": ("catalog", put(f"{_CATALOG}/encryption_at_rest/sse_aws_kms_key_id", "alias/aws/glue")),
    "LK_GLUE_4": ("sales", drop(f"{_TABLE}/parameters")),
    "LK_GLUE_5": ("sales", drop(f"{_TABLE}/owner")),
    "LK_GLUE_6": ("sales", drop("aws_glue_catalog_table_optimizer/Orders_Compaction")),
    "LK_GLUE_7": (
        "sales",
        put(
            "aws_glue_catalog_table_optimizer/Orders_OrphanFiles/configuration/0",
            {
                "enabled": True,
                "role_arn": "arn:aws:iam::333333333333:role/acme-prod-table-optimizer",
                "orphan_file_deletion_configuration": {
                    "iceberg_configuration": {"orphan_file_retention_period_in_days": 1}
                },
            },
        ),
    ),
    "LK_LF_1": ("governance", put(f"{_SETTINGS}/admins", [])),
    "LK_LF_2": ("governance", put(f"{_SETTINGS}/create_database_default_permissions", [_ALLOW_ALL])),
    "LK_LF_3": ("governance", put(f"{_SETTINGS}/allow_full_table_external_data_access", True)),
    "LK_LF_4": ("governance", put("aws_lakeformation_permissions/Analyst_ReadTables/permissions", ["ALL"])),
    "LK_LF_5": (
        "governance",
        put("aws_lakeformation_permissions/Analyst_ReadTables/principal", "IAM_ALLOWED_PRINCIPALS"),
    ),
    "LK_LF_6": (
        "governance",
        both(
            drop("aws_lakeformation_permissions/Analyst_ReadTables/lf_tag_policy"),
            put("aws_lakeformation_permissions/Analyst_ReadTables/table", {"database_name": "d", "name": "t"}),
        ),
    ),
    "LK_LF_7": (
        "governance",
        put("aws_lakeformation_permissions/Analyst_ReadTables/permissions_with_grant_option", ["SELECT"]),
    ),
    "LK_LF_8": ("governance", put("aws_lakeformation_resource/Locations_Raw/use_service_linked_role", True)),
    "LK_LF_9": ("governance", put("aws_lakeformation_resource/Locations_Raw/hybrid_access_enabled", True)),
    "LK_IAM_1": ("governance", put(_GRANTS, "${var.grants}")),
    "LK_IAM_2": ("governance", _allow("s3:*", "arn:aws:s3:::acme-prod-lake-raw-333333333333-eu-west-1")),
    "LK_IAM_3": ("governance", _allow("s3:GetObjectTagging", "arn:aws:s3:::*")),
    "LK_IAM_4": (
        "governance",
        _allow(
            "iam:PassRole",
            "arn:aws:iam::333333333333:role/*",
            Condition={"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}},
        ),
    ),
    "LK_IAM_5": (
        "governance",
        add_statement(
            _GRANTS, Sid="New", Effect="Allow", Action="glue:GetTable", NotResource="arn:aws:glue:eu-west-1:1:table/a/b"
        ),
    ),
    "LK_IAM_6": (
        "governance",
        put(
            "resource/aws_iam_role_policy_attachment",
            {"New": {"role": "acme-prod-analyst", "policy_arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}},
        ),
    ),
    "LK_IAM_36": (
        "governance",
        _allow("s3:PutReplicationConfiguration", "arn:aws:s3:::acme-prod-lake-raw-333333333333-eu-west-1"),
    ),
    "LK_IAM_7": ("governance", statement(_OPTIMIZER_TRUST, "Assume", lambda s: s.pop("Condition"))),
    "LK_IAM_35": (
        "observability",
        statement("aws_sns_topic_policy/Alarms_Policy/policy", "RingBudgets", lambda s: s.update(Principal="*")),
    ),
    "LK_IAM_8": (
        "governance",
        statement(
            _ANALYST_TRUST,
            "Assume",
            lambda s: s.update(Principal={"AWS": "arn:aws:iam::999999999999:role/x"}, Condition={}),
        ),
    ),
    "LK_IAM_25": ("governance", _allow("sts:AssumeRole", "arn:aws:iam::999999999999:role/lake-export")),
    "LK_TF_1": ("storage", drop("aws_s3_bucket/Lake_Raw_Data/lifecycle")),
    "LK_TF_2": ("storage", drop(f"{_PROVIDER}/allowed_account_ids")),
    "LK_TF_3": ("storage", put(f"{_PROVIDER}/skip_requesting_account_id", True)),
    "LK_TF_4": ("storage", put("terraform/backend/s3/use_lockfile", False)),
    "LK_TF_5": ("storage", put(f"{_RAW}/lifecycle", {"ignore_changes": ["policy"]})),
    "LK_TF_6": ("storage", put("terraform/required_providers/aws/version", ">= 5.100.0")),
    "LK_TF_7": ("storage", drop("variable/lakekit_plan_gate")),
    "LK_TF_8": ("storage", put("terraform/backend/s3/bucket", "not-ours")),
    "LK_TAG_1": ("storage", drop(f"{_PROVIDER}/default_tags/0/tags/owner")),
    # Checkov rules that protect the lake.
    "CKV_AWS_7": ("storage", put("aws_kms_key/Lake_Raw/enable_key_rotation", False)),
    "LK_S3_35": (
        "storage",
        put("aws_s3_bucket_versioning/Lake_Raw_Data/versioning_configuration/status", "Suspended"),
    ),
    "CKV_AWS_55": ("storage", put(f"{_BLOCK}/ignore_public_acls", False)),
    "CKV_AWS_56": ("storage", put(f"{_BLOCK}/restrict_public_buckets", False)),
    "LK_S3_36": ("storage", drop(_BLOCK)),
    "LK_S3_37": ("storage", drop("aws_s3_bucket_lifecycle_configuration/Lake_Raw_Data")),
    "CKV_AWS_94": ("catalog", put(f"{_CATALOG}/encryption_at_rest/catalog_encryption_mode", "DISABLED")),
    "CKV_AWS_355": ("governance", _allow("s3:GetObjectTagging", "*")),
}

SYNTH |= snowflake.SYNTH | streaming.SYNTH | governance.SYNTH | processing.SYNTH

# Changes that also trigger other rules.
SYNTH_WITH_SIDE_FINDINGS = {
    **snowflake.SYNTH_WITH_SIDE_FINDINGS,
    **streaming.SYNTH_WITH_SIDE_FINDINGS,
    **processing.SYNTH_WITH_SIDE_FINDINGS,
    **destinations.SYNTH_WITH_SIDE_FINDINGS,
    # Without a literal name, the bucket's sub-resources refer to another bucket.
    "LK_S3_9": ("storage", drop("aws_s3_bucket/Lake_Raw_Data/bucket")),
    "LK_S3_33": ("storage", put("aws_s3_bucket/Lake_Raw_Data/acl", "public-read")),
    "LK_S3_34": (
        "storage",
        add_statement(_RAW_POLICY, Sid="Lock", Effect="Deny", Principal="*", Action="s3:*", Resource="*"),
    ),
    "LK_VPC_11": (
        "network",
        put("aws_route_table/Network_RoutesA/route", [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-0a1b2c3d"}]),
    ),
    "LK_VPC_13": (
        "network",
        put("aws_default_security_group/Network/ingress", [{"protocol": "-1", "from_port": 0, "to_port": 0}]),
    ),
    "LK_EMR_9": (
        "processing",
        put(
            "aws_emr_cluster/Cluster/bootstrap_action",
            [{"path": "s3://acme-prod-artifacts-333333333333-eu-west-1/x", "args": ["curl -s x.acme.example | sh"]}],
        ),
    ),
    "LK_EMR_8": (
        "processing",
        put(
            "aws_emr_block_public_access_configuration/NoPublicClusters/permitted_public_security_group_rule_range",
            [{"min_range": 1, "max_range": 65535}],
        ),
    ),
    # LK_IAM_8 reports access from outside the trust boundary in any policy.
    "CKV_AWS_33": (
        "storage",
        statement("aws_kms_key/Lake_Raw/policy", "Administer", lambda s: s.update(Principal="*")),
    ),
    # CKV2_AWS_6 checks these two settings as well.
    "CKV_AWS_53": ("storage", put(f"{_BLOCK}/block_public_acls", False)),
    "CKV_AWS_54": ("storage", put(f"{_BLOCK}/block_public_policy", False)),
}

Plan = list[Document]


def _deleted(kind: str, prefix: str, actions: str = "delete") -> Callable[[Plan], None]:
    def edit(changes: Plan) -> None:
        entry = _entry(changes, kind, prefix)
        entry["change"].update(actions=actions.split())
        if "create" not in actions:
            entry["change"].update(after=None)

    return edit


def _after(kind: str, prefix: str, edit_after: Change, *, actions: str = "update") -> Callable[[Plan], None]:
    def edit(changes: Plan) -> None:
        entry = _entry(changes, kind, prefix)
        entry["change"].update(actions=actions.split(), after=changed(entry["change"]["after"], edit_after))

    return edit


def _entry(changes: Plan, kind: str, prefix: str) -> Document:
    (found,) = (entry for entry in changes if entry["type"] == kind and entry["name"].startswith(prefix))
    return found


def _untag(after: Document) -> None:
    after["tags_all"]["owner"] = ""


def _suspend(after: Document) -> None:
    after["versioning_configuration"][0]["status"] = "Suspended"


def _other_key(changes: Plan) -> None:
    """Change the key of an existing bucket."""
    entry = _entry(changes, "aws_s3_bucket_server_side_encryption_configuration", "Lake_Raw_Data")
    entry["change"]["actions"] = ["update"]
    for when, key in (("before", "ours"), ("after", "other")):
        default = entry["change"][when]["rule"][0]["apply_server_side_encryption_by_default"][0]
        default["kms_master_key_id"] = f"arn:aws:kms:eu-west-1:333333333333:key/{key}"


PLANNED: dict[str, tuple[str, Callable[[Plan], None], set[str]]] = {
    "LK_PLAN_1": ("storage", _deleted("aws_kms_key", "Lake_Raw", "delete create"), set()),
    "LK_PLAN_2": ("storage", _deleted("aws_s3_bucket_logging", "Lake_Raw_Data"), {"LK_S3_5"}),
    "LK_PLAN_3": ("storage", _after("aws_s3_bucket_versioning", "Lake_Raw_Data", _suspend), {"LK_S3_35"}),
    "LK_PLAN_4": ("storage", _other_key, set()),
    "LK_TAG_2": ("storage", _after("aws_kms_key", "Lake_Raw", _untag), set()),
}

PLANNED |= governance.PLANNED
