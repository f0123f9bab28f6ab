"""Rules for limits that do not limit, lifecycles that delete everything, and saved SQL."""

from __future__ import annotations

import json

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, Document, put, resources

__all__ = ["test_passes", "test_rejects"]

OTHER = "999988887777"
_ORG = "o-acme123456"


def denial(kind: str = "SERVICE_CONTROL_POLICY", **elements: object) -> Document:
    statement = {"Sid": "S", "Effect": "Deny", "Action": "s3:*", "Resource": "*", **elements}
    if "NotAction" in elements:
        del statement["Action"]
    if kind.startswith("RESOURCE"):
        statement["Principal"] = "*"
    return {"name": "p", "type": kind, "content": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}


def scp(**elements: object) -> Change:
    return put("resource/aws_organizations_policy", {"P": denial(**elements)})


def rcp(operator: str, key: str, value: str) -> Change:
    return put(
        "resource/aws_organizations_policy",
        {"P": denial("RESOURCE_CONTROL_POLICY", Condition={operator: {key: value}})},
    )


def images(**selection: object) -> Change:
    policy = {"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]}
    return put("aws_ecr_lifecycle_policy/P/policy", json.dumps(policy))


def query(text: str) -> Change:
    return put("aws_athena_named_query/Q/query", text)


def trust(principal: object, **condition: object) -> Change:
    statement = {"Sid": "T", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **condition}
    return put("aws_iam_role/R/assume_role_policy", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def topic_policy(principal: object, **condition: object) -> Change:
    statement = {"Sid": "S", "Effect": "Allow", "Action": "sns:Publish", "Principal": principal, "Resource": "*"}
    return put("aws_sns_topic_policy/P/policy", json.dumps({"Statement": [statement | {"Condition": condition}]}))


def exempting(arn: str, operator: str = "ArnNotLike") -> dict[str, object]:
    return {"Condition": {operator: {"aws:PrincipalArn": arn}}}


_ROOT = {"AWS": "arn:aws:iam::222222222222:root"}

CASES = [
    Case(
        "LK_IAM_34",
        resources(aws_organizations_policy={"P": denial(**exempting("arn:aws:iam::*:role/SecurityAdmin"))}),
        {
            "everyone is exempt": (scp(**exempting("*", "StringNotLike")), "statement S denies nothing to anyone"),
            "nothing is denied": (scp(NotAction="*"), "statement S denies nothing to anyone"),
            "every region": (
                scp(Condition={"StringNotLike": {"aws:RequestedRegion": "*"}}),
                "statement S denies nothing to anyone",
            ),
            "all roles are exempt": (scp(**exempting("arn:aws:iam::*:role/*")), "can choose such a name"),
            "a name that anyone can choose": (
                scp(**exempting("arn:aws:iam::*:role/*Admin")),
                "role/*Admin: everyone who",
            ),
            "any organization": (
                rcp("StringNotLikeIfExists", "aws:PrincipalOrgID", "o-*"),
                "exempts aws:PrincipalOrgID o-*, which is outside",
            ),
            "another organization": (
                rcp("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-foreign1234"),
                "exempts aws:PrincipalOrgID o-foreign1234, which is outside",
            ),
            "another account": (
                rcp("StringNotEqualsIfExists", "aws:PrincipalAccount", OTHER),
                f"exempts aws:PrincipalAccount {OTHER}, which is outside",
            ),
            "a role of any account": (
                rcp("ArnNotLikeIfExists", "aws:PrincipalArn", "arn:aws:iam::*:role/Backup"),
                "role/Backup, which is outside",
            ),
        },
        {
            "the default of AWS": put(
                "aws_organizations_policy/P/content",
                json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
            ),
            "root user": scp(**exempting("arn:aws:iam::*:root", "StringLike")),
            "regions": scp(NotAction=["iam:*"], Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}}),
            "literal prefix": scp(**exempting("arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/Admin_*")),
            "own organization": rcp("StringNotEqualsIfExists", "aws:PrincipalOrgID", _ORG),
            "services": rcp("BoolIfExists", "aws:PrincipalIsAWSService", "false"),
            "policy of tags": put(
                "aws_organizations_policy/P", {"name": "t", "type": "TAG_POLICY", "content": json.dumps({"tags": {}})}
            ),
        },
    ),
    Case(
        "LK_IAM_33",
        resources(aws_iam_role={"R": {"name": "r", "assume_role_policy": "{}"}}),
        {
            "another account": (trust(_ROOT), "trusts arn:aws:iam::222222222222:root of another account without"),
            "principal from another provider": (
                trust({"AWS": "${snowflake_storage_integration.I.storage_aws_iam_user_arn}"}),
                "of another account without a condition",
            ),
            "accounts by a condition": (
                trust("*", Condition={"StringEquals": {"aws:PrincipalAccount": "222222222222"}}),
                "trusts any principal of the accounts that its conditions name",
            ),
            "any external id": (
                trust(_ROOT, Condition={"StringLike": {"sts:ExternalId": "*"}}),
                "of another account without a condition",
            ),
            "any long external id": (
                trust(_ROOT, Condition={"StringLike": {"sts:ExternalId": ["x", "????????*"]}}),
                "of another account without a condition",
            ),
        },
        {
            "external id of a prefix": trust(_ROOT, Condition={"StringLike": {"sts:ExternalId": "acme-*"}}),
            "external id": trust(_ROOT, Condition={"StringEquals": {"sts:ExternalId": "x"}}),
            "own account": trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
            "account outside": trust({"AWS": OTHER}),
        },
    ),
    Case(
        "LK_IAM_35",
        resources(aws_sns_topic_policy={"P": {"arn": "arn:aws:sns:eu-west-1:111111111111:t", "policy": "{}"}}),
        {
            "everyone from an account": (
                topic_policy("*", StringEquals={"aws:SourceAccount": ACCOUNT}),
                "statement S allows every AWS service",
            ),
            "every principal from a bucket": (
                topic_policy({"AWS": "*"}, ArnLike={"aws:SourceArn": "arn:aws:s3:::acme-*"}),
                "statement S allows every AWS service",
            ),
        },
        {
            "a service": topic_policy({"Service": "s3.amazonaws.com"}, StringEquals={"aws:SourceAccount": ACCOUNT}),
            "absent source": topic_policy("*", StringEqualsIfExists={"aws:SourceAccount": ACCOUNT}),
            "an organization": topic_policy("*", StringEquals={"aws:PrincipalOrgID": _ORG}),
            "principals of an organization, from it": topic_policy(
                "*", StringEquals={"aws:SourceOrgID": _ORG, "aws:PrincipalOrgID": _ORG}
            ),
        },
    ),
    Case(
        "LK_ECR_4",
        resources(
            aws_ecr_lifecycle_policy={"P": {"repository": "r", "policy": json.dumps({"rules": [{"rulePriority": 1}]})}}
        ),
        {
            "one image": (
                images(tagStatus="any", countType="imageCountMoreThan", countNumber=1),
                "rule 1 keeps 1 of all images, below 3",
            ),
            "a day": (
                images(tagStatus="any", countType="sinceImagePushed", countUnit="days", countNumber=1),
                "rule 1 deletes all images after 1 days, below 30",
            ),
            "every tag": (
                images(tagStatus="tagged", tagPatternList=["*"], countType="imageCountMoreThan", countNumber=1),
                "keeps 1 of the images with tags *",
            ),
            "releases": (
                images(tagStatus="tagged", tagPrefixList=["prod"], countType="sinceImagePushed", countNumber=7),
                "deletes the images with tags prod after 7 days",
            ),
        },
        {
            "untagged": images(tagStatus="untagged", countType="sinceImagePushed", countNumber=1),
            "builds": images(tagStatus="tagged", tagPrefixList=["pr-"], countType="sinceImagePushed", countNumber=1),
            "thirty images": images(tagStatus="any", countType="imageCountMoreThan", countNumber=30),
        },
    ),
    Case(
        "LK_ATHENA_22",
        resources(aws_athena_named_query={"Q": {"name": "q", "database": "d", "query": "SELECT 1"}}),
        {
            "unload": (
                query("UNLOAD (SELECT * FROM t) TO 's3://not-ours/x' WITH (format = 'PARQUET')"),
                "query names bucket not-ours, which is not known",
            ),
            "table": (query("CREATE TABLE x WITH (external_location = 's3://not-ours/x') AS SELECT 1"), "not-ours"),
            "external table": (query("create external table x (a int) location 's3a://not-ours/x'"), "not-ours"),
            "plan of an unload": (query("EXPLAIN ANALYZE UNLOAD (SELECT 1) TO 's3://not-ours/x'"), "not-ours"),
            "second statement": (query("SELECT 1; COPY t FROM 's3://not-ours/x'"), "not-ours"),
            "external function": (
                query(
                    "USING EXTERNAL FUNCTION f(x varchar) RETURNS varchar LAMBDA "
                    f"'arn:aws:lambda:eu-west-1:{OTHER}:function:x' SELECT f(a) FROM t"
                ),
                "function:x, which is outside",
            ),
            "unreadable": (query("UNLOAD (SELECT 1) TO 's3://not-ours/x"), "query cannot be evaluated"),
            "prepared statement": (
                put(
                    "resource/aws_athena_prepared_statement",
                    {"P": {"query_statement": "UNLOAD (SELECT ?) TO 's3://not-ours/x'"}},
                ),
                "query_statement names bucket not-ours",
            ),
            "grant to everybody": (
                put("resource/aws_redshiftdata_statement", {"S": {"sql": "GRANT SELECT ON t TO GROUP a, PUBLIC"}}),
                "to PUBLIC",
            ),
            "statement of an event": (
                put(
                    "resource/aws_cloudwatch_event_target",
                    {"T": {"redshift_target": [{"sql": "UNLOAD ('select 1') TO 's3://not-ours/x' IAM_ROLE default"}]}},
                ),
                "redshift_target.sql names bucket not-ours",
            ),
            "data share": (
                put(
                    "resource/aws_redshiftdata_statement",
                    {"S": {"sql": f"GRANT USAGE ON DATASHARE d TO ACCOUNT '{OTHER}'"}},
                ),
                f"sql names account {OTHER}, which is outside",
            ),
        },
        {
            "comparison": query("SELECT * FROM t WHERE path = 's3://not-ours/x' -- UNLOAD"),
            "own bucket": query("UNLOAD (SELECT 1) TO 's3://acme-raw/x'"),
            "view": query("CREATE OR REPLACE VIEW v AS SELECT * FROM t WHERE a = 'b'"),
            "grant to a role": put(
                "resource/aws_redshiftdata_statement", {"S": {"sql": "GRANT SELECT ON public.t TO ROLE r"}}
            ),
        },
    ),
    Case(
        "LK_BACKUP_3",
        resources(aws_s3tables_table={"T": {"name": "t"}}),
        {
            "snapshots of an hour": (
                put(
                    "aws_s3tables_table/T/maintenance_configuration",
                    {"iceberg_snapshot_management": {"status": "enabled", "settings": {"max_snapshot_age_hours": 1}}},
                ),
                "max_snapshot_age_hours is 1, below 120",
            ),
        },
    ),
]
