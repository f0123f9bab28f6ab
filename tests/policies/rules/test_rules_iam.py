"""Identities and resource policies."""

from __future__ import annotations

from iam_fixtures import BUCKET, IAM
from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, add_statement, policy, put, statement

__all__ = ["test_passes", "test_rejects"]

_POLICY = "aws_iam_role_policy/Job/policy"
_TRUST = "aws_iam_role/Job/assume_role_policy"
_PEOPLE = "aws_iam_role/People/assume_role_policy"
_FOREIGN_PRINCIPAL = {"AWS": "arn:aws:iam::999999999999:root"}
_SHARED = {
    "Sid": "Share",
    "Effect": "Allow",
    "Principal": _FOREIGN_PRINCIPAL,
    "Action": "s3:GetObject",
    "Resource": "x",
}
_OIDC = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"


def _allow(action: object, resource: object, **more: object) -> Change:
    return add_statement(_POLICY, Sid="New", Effect="Allow", Action=action, Resource=resource, **more)


def _passed(condition: object) -> Change:
    return statement(_POLICY, "Pass", lambda found: found.update(Condition=condition))


def _assume(condition: object) -> Change:
    return statement(_TRUST, "Assume", lambda found: found.update(Condition=condition))


def _from_repository(subject: str, operator: str = "StringLike") -> Change:
    condition = {operator: {"token.actions.githubusercontent.com:sub": subject}}
    return statement(_PEOPLE, "Assume", lambda s: s.update(Principal={"Federated": _OIDC}, Condition=condition))


_HERE = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}

CASES = [
    Case(
        "LK_IAM_1",
        IAM,
        {
            "a variable": (put(_POLICY, "${var.policy}"), "not known"),
            "a trust policy from elsewhere": (put(_TRUST, '${file("trust.json")}'), "not known"),
            "no statements": (put(_POLICY, "{}"), "not known"),
        },
        {
            "jsonencode": put(
                _POLICY,
                '${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", '
                '"Action" = "s3:GetObject", "Resource" = aws_s3_bucket.b.arn}]})}',
            )
        },
    ),
    Case(
        "LK_IAM_2",
        IAM,
        {
            "all of S3": (_allow("s3:*", BUCKET), "allows s3:*"),
            "spelled with a question mark": (_allow("s3:?utObject", BUCKET), "allows s3:?utObject"),
            "every write": (_allow(["s3:Put*"], BUCKET), "allows s3:Put*"),
            "all of KMS, in capitals": (_allow("KMS:*", "*"), "allows KMS:*"),
            "inline": (
                put(
                    "aws_iam_role/Job/inline_policy",
                    [
                        {
                            "name": "x",
                            "policy": policy({"Sid": "In", "Effect": "Allow", "Action": "glue:*", "Resource": "x"}),
                        }
                    ],
                ),
                "statement In allows glue:*",
            ),
        },
        {
            "reading verbs": _allow("glue:BatchGet*", BUCKET),
            "denied": add_statement(_POLICY, Sid="No", Effect="Deny", Action="s3:*", Resource="*"),
        },
    ),
    Case(
        "LK_IAM_3",
        IAM,
        {
            "every bucket": (_allow("s3:GetObject", "arn:aws:s3:::*"), "arn:aws:s3:::*"),
            "every object": (_allow("s3:GetObject", "arn:aws:s3:::*/*"), "arn:aws:s3:::*/*"),
            "every service": (_allow("s3:GetObject", "arn:aws:*"), "arn:aws:*"),
            "any service": (_allow("s3:GetObject", f"arn:aws:*:eu-west-1:{ACCOUNT}:*"), "arn:aws:*"),
            "spelled with a question mark": (_allow("s3:GetObject", "arn:aws:s3:::?*"), "?*"),
            "every database": (_allow("glue:GetTable", f"arn:aws:glue:eu-west-1:{ACCOUNT}:database/*"), "database/*"),
            "every key": (statement(_POLICY, "Key", lambda s: s.pop("Condition")), "key/*"),
            "every key with any alias": (
                statement(
                    _POLICY, "Key", lambda s: s.update(Condition={"StringLike": {"kms:ResourceAliases": "alias/*"}})
                ),
                "key/*",
            ),
            "any account": (_allow("glue:GetTable", "arn:aws:glue:eu-west-1:*:table/acme_raw/*"), ":*:"),
            "every cluster": (
                _allow("elasticmapreduce:ListSteps", f"arn:aws:elasticmapreduce:eu-west-1:{ACCOUNT}:cluster/j-*"),
                "cluster/j-*",
            ),
            "every cluster, or those with a tag": (
                _allow(
                    "elasticmapreduce:ListSteps",
                    f"arn:aws:elasticmapreduce:eu-west-1:{ACCOUNT}:cluster/*",
                    Condition={"StringEqualsIfExists": {"aws:ResourceTag/owner": "x"}},
                ),
                "cluster/*",
            ),
            "schemas by their names": (_allow("glue:GetSchemaByDefinition", "*", Condition=_HERE), "which take an ARN"),
            "every log group": (
                _allow("logs:GetLogEvents", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:*"),
                "log-group:*",
            ),
        },
        {
            "a bucket of ours": _allow("s3:GetObject", f"{BUCKET}/x/*"),
            "clusters with our tag": _allow(
                "elasticmapreduce:ListSteps",
                f"arn:aws:elasticmapreduce:eu-west-1:{ACCOUNT}:cluster/j-*",
                Condition={"StringEquals": {"aws:ResourceTag/owner": "x"}},
            ),
            "names of log groups": _allow("logs:DescribeLogGroups", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:*"),
            "schemas by their ids": _allow("glue:GetSchemaVersion", "*", Condition=_HERE),
        },
    ),
    Case(
        "LK_IAM_4",
        IAM,
        {
            "any role": (statement(_POLICY, "Pass", lambda s: s.update(Resource="*")), "may pass *"),
            "any role of a path": (
                statement(_POLICY, "Pass", lambda s: s.update(Resource=f"arn:aws:iam::{ACCOUNT}:role/*")),
                "role/*",
            ),
            "by another wildcard": (
                statement(_POLICY, "Pass", lambda s: s.update(Action="iam:P*", Resource="arn:aws:iam::1:role/?")),
                "role/?",
            ),
            "to any service": (statement(_POLICY, "Pass", lambda s: s.pop("Condition")), "iam:PassedToService"),
            "to every service": (_passed({"StringLike": {"iam:PassedToService": "*.amazonaws.com"}}), "any service"),
            "to this one, or nobody knows": (
                _passed({"StringEqualsIfExists": {"iam:PassedToService": "glue.amazonaws.com"}}),
                "any service",
            ),
            "to all but one": (
                _passed({"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
                "any service",
            ),
        },
    ),
    Case(
        "LK_IAM_5",
        IAM,
        {
            "all but": (
                add_statement(_POLICY, Sid="New", Effect="Allow", NotAction="iam:*", Resource="*"),
                "NotAction",
            ),
            "elsewhere": (
                add_statement(_POLICY, Sid="New", Effect="Allow", Action="s3:GetObject", NotResource=BUCKET),
                "NotResource",
            ),
            "anyone but": (
                statement(_PEOPLE, "Assume", lambda s: s.update(NotPrincipal=s.pop("Principal"))),
                "NotPrincipal",
            ),
        },
    ),
    Case(
        "LK_IAM_6",
        IAM,
        {
            "full access": (
                put("aws_iam_role_policy_attachment/Job/policy_arn", "arn:aws:iam::aws:policy/AmazonS3FullAccess"),
                "AmazonS3FullAccess",
            ),
            "administrator": (
                put("aws_iam_role_policy_attachment/Job/policy_arn", "arn:aws:iam::aws:policy/AdministratorAccess"),
                "AdministratorAccess",
            ),
            "on the role": (
                put(
                    "aws_iam_role/Job/managed_policy_arns",
                    ["arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"],
                ),
                "AWSGlueServiceRole",
            ),
        },
        {
            "a policy of ours by that name": put(
                "aws_iam_role_policy_attachment/Job/policy_arn", f"arn:aws:iam::{ACCOUNT}:policy/LakeFullAccess"
            )
        },
    ),
    Case(
        "LK_IAM_7",
        IAM,
        {
            "a role": (statement(_TRUST, "Assume", lambda s: s.pop("Condition")), "glue.amazonaws.com"),
            "anybody's job": (
                statement(
                    _TRUST, "Assume", lambda s: s.update(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:glue:*"}})
                ),
                "glue.amazonaws.com",
            ),
            "a job of any account": (
                statement(
                    _TRUST,
                    "Assume",
                    lambda s: s.update(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:glue:*:*:job/x"}}),
                ),
                "glue.amazonaws.com",
            ),
            "any account at all": (_assume({"StringLike": {"aws:SourceAccount": "*"}}), "glue.amazonaws.com"),
            "all accounts but ours": (
                _assume({"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}),
                "glue.amazonaws.com",
            ),
            "ours, or nobody's": (
                _assume({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}),
                "glue.amazonaws.com",
            ),
            "ours, or none": (
                _assume({"ForAllValues:StringEquals": {"aws:SourceAccount": [ACCOUNT]}}),
                "glue.amazonaws.com",
            ),
            "a topic": (
                statement("aws_sns_topic_policy/Topic/policy", "Publish", lambda s: s.pop("Condition")),
                "events.amazonaws.com",
            ),
        },
        {
            "by ARN": statement(
                _TRUST,
                "Assume",
                lambda s: s.update(Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:glue:*:{ACCOUNT}:job/*"}}),
            ),
            "by a bucket": statement(
                _TRUST,
                "Assume",
                lambda s: s.update(Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::acme-raw"}}),
            ),
            "by what the stack makes": statement(
                _TRUST,
                "Assume",
                lambda s: s.update(Condition={"ArnEquals": {"aws:SourceArn": "${aws_glue_job.J.arn}"}}),
            ),
        },
    ),
    Case(
        "LK_IAM_8",
        IAM,
        {
            "another account": (
                statement(_PEOPLE, "Assume", lambda s: s.update(Principal=_FOREIGN_PRINCIPAL)),
                "999999999999",
            ),
            "another account by number": (
                statement(_PEOPLE, "Assume", lambda s: s.update(Principal={"AWS": "999999999999"})),
                "999999999999",
            ),
            "another account in a bucket policy": (
                put("resource/aws_s3_bucket_policy", {"B": {"bucket": "b", "policy": policy(_SHARED)}}),
                "999999999999",
            ),
            "anyone at a stream": (
                put(
                    "resource/aws_kinesis_resource_policy",
                    {"K": {"resource_arn": "k", "policy": policy({**_SHARED, "Principal": "*"})}},
                ),
                "anyone",
            ),
            "another account at a queue": (
                put("resource/aws_sqs_queue", {"Q": {"name": "q", "policy": policy(_SHARED)}}),
                "999999999999",
            ),
            "anyone in the catalog's policy": (
                put("resource/aws_glue_resource_policy", {"G": {"policy": policy({**_SHARED, "Principal": "*"})}}),
                "anyone",
            ),
            "any subject": (_from_repository("*"), "any identity"),
            "any repository of anybody": (_from_repository("repo:*"), "any identity"),
            "all repositories but one": (_from_repository("repo:acme/lake:*", "StringNotLike"), "any identity"),
            "one repository, or no subject": (
                _from_repository("repo:acme/lake:*", "StringLikeIfExists"),
                "any identity",
            ),
            "an external id that is anything": (
                statement(
                    _PEOPLE,
                    "Assume",
                    lambda s: s.update(Principal=_FOREIGN_PRINCIPAL, Condition={"StringLike": {"sts:ExternalId": "*"}}),
                ),
                "without a condition",
            ),
            "any repository": (
                statement(
                    _PEOPLE,
                    "Assume",
                    lambda s: s.update(
                        Principal={"Federated": _OIDC},
                        Condition={"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}},
                    ),
                ),
                "any identity",
            ),
        },
        {
            "an account of the organization": put(
                "resource/aws_s3_bucket_policy",
                {
                    "B": {
                        "bucket": "b",
                        "policy": policy({**_SHARED, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}),
                    }
                },
            ),
            "with an external id": statement(
                _PEOPLE,
                "Assume",
                lambda s: s.update(Principal=_FOREIGN_PRINCIPAL, Condition={"StringEquals": {"sts:ExternalId": "x"}}),
            ),
            "a role of this stack": statement(
                _PEOPLE, "Assume", lambda s: s.update(Principal={"AWS": "${aws_iam_role.Job.arn}"})
            ),
            "the repositories of one owner": _from_repository("repo:acme/*"),
            "one repository": statement(
                _PEOPLE,
                "Assume",
                lambda s: s.update(
                    Principal={"Federated": _OIDC},
                    Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/lake:*"}},
                ),
            ),
        },
    ),
]
