"""Weakening changes of permissions, descriptions, vocabularies and retention, and of plans."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

from rule_cases import Change, Document, add_statement, drop, put, statement

_GRANTS = "aws_iam_role_policy/TableOptimizer_Role/policy"
_TAGS = "aws_lakeformation_resource_lf_tags"
_FILTER = "aws_lakeformation_data_cells_filter/Orders"
_LIFE = "aws_s3_bucket_lifecycle_configuration"

Plan = list[Document]


def _days(bucket: str, block: str, key: str, days: int) -> Change:
    """Shorten the retention of a bucket's lifecycle."""

    def change(document: Document) -> None:
        (body,) = (body for name, body in document["resource"][_LIFE].items() if name.startswith(bucket))
        for rule in body["rule"]:
            for part in rule.get(block, []):
                if key in part:
                    part[key] = days

    return change


def _no_tiering(document: Document) -> None:
    (body,) = (body for name, body in document["resource"][_LIFE].items() if name.startswith("Lake_Raw_Data"))
    body["rule"] = [rule for rule in body["rule"] if "transition" not in rule]


def _all_rows_and_columns(document: Document) -> None:
    (body,) = document["resource"]["aws_lakeformation_data_cells_filter"].values()
    data = body["table_data"][0] if isinstance(body["table_data"], list) else body["table_data"]
    data["column_wildcard"] = [{}]
    data["row_filter"] = {"all_rows_wildcard": {}}


def _undescribed_column(document: Document) -> None:
    (table,) = document["resource"]["aws_glue_catalog_table"].values()
    storage = table["storage_descriptor"]
    columns = (storage[0] if isinstance(storage, list) else storage)["columns"]
    del columns[0]["comment"]


SYNTH: dict[str, tuple[str, Change]] = {
    "LK_IAM_21": (
        "governance",
        add_statement(
            _GRANTS,
            Sid="New",
            Effect="Allow",
            Action="iam:UpdateAssumeRolePolicy",
            Resource="arn:aws:iam::333333333333:role/acme-prod-analyst",
        ),
    ),
    "LK_IAM_22": ("governance", put("aws_iam_role/Analyst_Role/max_session_duration", 43200)),
    "LK_IAM_23": (
        "governance",
        add_statement(
            _GRANTS,
            Sid="New",
            Effect="Allow",
            Action="ec2:TerminateInstances",
            Resource="arn:aws:ec2:eu-west-1:333333333333:instance/*",
        ),
    ),
    "LK_IAM_24": (
        "sales-intake",
        statement("aws_iam_role_policy/DailyRefunds_Role/policy", "Measure", lambda found: found.pop("Condition")),
    ),
    "LK_COV_1": ("governance", put("resource/aws_cloud9_environment_ec2", {"L": {"instance_type": "t3.micro"}})),
    "LK_IAM_31": (
        "governance",
        add_statement(_GRANTS, Sid="New", Effect="Deny", Action="s3:DeleteObject", Resource=[["*"]]),
    ),
    "LK_KMS_4": ("network", put("aws_cloudwatch_log_group/Network_FlowLog/kms_key_id", "alias/aws/logs")),
    "LK_KMS_5": (
        "storage",
        statement("aws_kms_key/Lake_Raw/policy", "Use", lambda s: s.pop("Condition")),
    ),
    "LK_SNS_3": ("observability", statement("aws_sns_topic_policy/Alarms/policy", "DenyPlainHttp")),
    "LK_LOG_1": ("network", put("aws_cloudwatch_log_group/Network_FlowLog/retention_in_days", 30)),
    "LK_ALARM_1": ("streaming", put("aws_cloudwatch_metric_alarm/Kafka_OfflinePartitions/period", 45)),
    "LK_S3_21": ("storage", _days("Lake_Raw_Data", "noncurrent_version_expiration", "noncurrent_days", 7)),
    "LK_S3_23": ("storage", _no_tiering),
    "LK_ATHENA_21": ("processing", put("aws_athena_workgroup/AthenaAnalyst/force_destroy", True)),
    "LK_S3_22": ("storage", _days("Lake_Logs", "expiration", "days", 30)),
    "LK_LF_10": ("sales", _all_rows_and_columns),
    "LK_LF_11": ("catalog", put(f"{_TAGS}/Raw_Tags/lf_tag/0/value", "secret")),
    "LK_LF_12": (
        "governance",
        put(
            "aws_lakeformation_permissions/Analyst_ReadTables/lf_tag_policy/expression",
            [{"key": "classification", "values": ["*"]}],
        ),
    ),
    "LK_GOV_1": ("governance", put("aws_iam_role/Analyst_Role/description", "")),
    "LK_GOV_2": ("storage", put("aws_s3_bucket/Lake_Raw_Data/tags/zone", "bronze")),
    "LK_GOV_3": ("catalog", drop(f"{_TAGS}/Raw_Tags")),
    "LK_GOV_5": ("storage", drop("aws_s3_bucket/Lake_Landing_Data/tags/classification")),
    "LK_GOV_4": ("sales", _undescribed_column),
}


def _entry(changes: Plan, kind: str, prefix: str) -> Document:
    (found,) = (entry for entry in changes if entry["type"] == kind and entry["name"].startswith(prefix))
    return found


def _one_more_privilege(changes: Plan) -> None:
    entry = _entry(changes, "aws_iam_role_policy", "TableOptimizer_Role")
    policy = json.loads(entry["change"]["after"]["policy"])
    policy["Statement"].append(
        {"Sid": "New", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-other/a/*"}
    )
    entry["change"]["actions"] = ["update"]
    entry["change"]["after"]["policy"] = json.dumps(policy)


def _one_permission_more(changes: Plan) -> None:
    entry = _entry(changes, "aws_lakeformation_permissions", "Analyst_ReadTables")
    entry["change"]["actions"] = ["update"]
    entry["change"]["after"]["permissions"] = [*entry["change"]["after"]["permissions"], "INSERT"]


def _six_deletions(changes: Plan) -> None:
    for entry in [entry for entry in changes if entry["type"] == "aws_lakeformation_permissions"][:6]:
        entry["change"].update(actions=["delete"], after=None)


def _renamed(changes: Plan) -> None:
    entry = _entry(changes, "aws_cloudwatch_log_group", "Network_FlowLog")
    twin = copy.deepcopy(entry)
    entry["change"].update(actions=["delete"], after=None)
    twin.update(name="Other", address="aws_cloudwatch_log_group.Other")
    twin["change"].update(actions=["create"], before=None)
    changes.append(twin)


def _replaced_by_request(changes: Plan) -> None:
    changes[0]["action_reason"] = "replace_by_request"


def _protected_cluster_replaced(changes: Plan) -> None:
    change = _entry(changes, "aws_emr_cluster", "Cluster")["change"]
    change.update(actions=["delete", "create"], before={**change["after"], "termination_protection": True})


def _replaced_application(changes: Plan) -> None:
    _entry(changes, "aws_emrserverless_application", "")["change"]["actions"] = ["delete", "create"]


def _shorter_expiration(changes: Plan) -> None:
    entry = _entry(changes, _LIFE, "QueryResults")
    entry["change"]["actions"] = ["update"]
    blocks = [block for rule in entry["change"]["after"]["rule"] for block in rule.get("expiration") or ()]
    (expiration,) = (block for block in blocks if block.get("days"))
    expiration["days"] -= 1


def _stream_without_start(changes: Plan) -> None:
    entry = _entry(changes, "aws_kinesis_firehose_delivery_stream", "")
    entry["change"].update(actions=["create"], before=None)
    del entry["change"]["after"]["msk_source_configuration"][0]["read_from_timestamp"]


PLANNED: dict[str, tuple[str, Callable[[Plan], None], set[str]]] = {
    "LK_PLAN_5": ("governance", _one_more_privilege, set()),
    "LK_PLAN_6": ("governance", _one_permission_more, set()),
    "LK_PLAN_7": ("governance", _six_deletions, set()),
    "LK_PLAN_8": ("network", _renamed, {"CKV_AWS_158", "LK_PLAN_1"}),
    "LK_PLAN_9": ("governance", _replaced_by_request, set()),
    "LK_PLAN_10": ("processing", _protected_cluster_replaced, {"LK_PLAN_1"}),
    "LK_PLAN_11": ("storage", _shorter_expiration, set()),
    "LK_PLAN_12": ("sales-events", _stream_without_start, set()),
    "LK_PLAN_13": ("processing", _replaced_application, set()),
}
