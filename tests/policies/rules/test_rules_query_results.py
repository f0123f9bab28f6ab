"""Who reads the results of Athena workgroups."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, change, drop, evaluate_rule, plan, policy, put, resources

__all__ = ["test_passes", "test_rejects"]

_REASON = "Both roles belong to one team with the same clearance"


def workgroup(name: str, **more: Any) -> Document:
    location = {"output_location": f"s3://acme-results/{name}/"}
    return {"name": f"acme-{name}", "configuration": [{"result_configuration": [location]}], **more}


def statement(*actions: str, resource: Any, **more: Any) -> Document:
    return {"Sid": "A", "Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def grants(name: str) -> str:
    """The policy of a role that queries in one workgroup."""
    return policy(
        statement(
            "athena:StartQueryExecution",
            "athena:GetQueryResults",
            resource=f"arn:aws:athena:eu-west-1:111111111111:workgroup/acme-{name}",
        ),
        statement("s3:GetObject", "s3:PutObject", resource=f"arn:aws:s3:::acme-results/{name}/*"),
    )


GOOD = resources(
    aws_iam_role={"Analyst": {"name": "acme-analyst", "assume_role_policy": "{}"}},
    aws_athena_workgroup={"Analyst": workgroup("analyst"), "Emea": workgroup("analyst-emea")},
    aws_iam_role_policy={
        "Analyst": {"name": "q", "role": "${aws_iam_role.Analyst.name}", "policy": grants("analyst")},
        "AnalystAgain": {"name": "r", "role": "acme-analyst", "policy": grants("analyst")},
        "Emea": {"name": "q", "role": "acme-analyst-emea", "policy": grants("analyst-emea")},
    },
)
_LOCATION = "aws_athena_workgroup/Emea/configuration/0/result_configuration/0/output_location"
_EMEA = "aws_iam_role_policy/Emea/policy"
_ANALYST = "arn:aws:athena:eu-west-1:111111111111:workgroup/acme-analyst"
_BOTH = "query results of acme-analyst are read by role acme-analyst and role acme-analyst-emea"


def allowing(*actions: str, resource: Any, **more: Any) -> Change:
    return put(_EMEA, policy(statement(*actions, resource=resource, **more)))


def add(kind: str, **bodies: Document) -> Change:
    def changing(document: Document) -> None:
        document["resource"].setdefault(kind, {}).update(copy.deepcopy(bodies))

    return changing


def stated(*names: str, reason: str = _REASON) -> Change:
    return both(*(put(f"aws_athena_workgroup/{name}/tags", {"shared-results": reason}) for name in names))


_MANAGED = add(
    "aws_iam_policy",
    Q={"name": "q", "policy": policy(statement("athena:Get*", resource=_ANALYST))},
)
CASES = [
    Case(
        "LK_ATHENA_24",
        GOOD,
        {
            "two roles in one workgroup": (put(_EMEA, grants("analyst")), _BOTH),
            "every workgroup": (allowing("athena:*", resource="*"), _BOTH),
            "workgroups by pattern": (
                allowing("athena:GetQueryResultsStream", resource="arn:aws:athena:*:*:workgroup/acme-a*"),
                _BOTH,
            ),
            "all actions but some": (
                put(_EMEA, policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
                _BOTH,
            ),
            "all workgroups but others": (
                put(
                    _EMEA,
                    policy({"Effect": "Allow", "Action": "athena:GetQueryResults", "NotResource": f"{_ANALYST}-emea"}),
                ),
                _BOTH,
            ),
            "under a condition": (
                allowing(
                    "athena:GetQueryResults", resource=_ANALYST, Condition={"Bool": {"aws:SecureTransport": "true"}}
                ),
                _BOTH,
            ),
            "by reference": (
                allowing("athena:GetQueryResults", resource="${aws_athena_workgroup.Analyst.arn}"),
                _BOTH,
            ),
            "the objects": (allowing("s3:GetObject", resource="arn:aws:s3:::acme-results/*"), _BOTH),
            "the objects of a prefix without a slash": (
                allowing("s3:GetObjectVersion", resource="arn:aws:s3:::acme-results/analyst*"),
                _BOTH,
            ),
            "the files": (allowing("s3:GetObject", resource="arn:aws:s3:::acme-results/*.csv"), _BOTH),
            "the objects by reference": (
                both(
                    add("aws_s3_bucket", Results={"bucket": "acme-results"}),
                    allowing("s3:GetObject", resource="${aws_s3_bucket.Results.arn}/analyst/*"),
                ),
                _BOTH,
            ),
            "an attached policy": (
                both(
                    _MANAGED,
                    add(
                        "aws_iam_role_policy_attachment",
                        Q={"role": "acme-analyst-emea", "policy_arn": "${aws_iam_policy.Q.arn}"},
                    ),
                ),
                _BOTH,
            ),
            "a policy that is attached elsewhere": (_MANAGED, "aws_iam_policy.Q and role acme-analyst"),
            "a policy in a role": (
                add(
                    "aws_iam_role",
                    Other={
                        "name": "acme-other",
                        "inline_policy": [{"name": "q", "policy": grants("analyst")}],
                        "assume_role_policy": "{}",
                    },
                ),
                "role acme-analyst and role acme-other",
            ),
            "a user": (
                add("aws_iam_user_policy", U={"user": "bob", "policy": grants("analyst")}),
                "role acme-analyst and user bob",
            ),
            "a permission set": (
                add("aws_ssoadmin_permission_set_inline_policy", P={"inline_policy": grants("analyst")}),
                "aws_ssoadmin_permission_set_inline_policy.P",
            ),
            "a reason that is none": (both(put(_EMEA, grants("analyst")), stated("Analyst", reason="yes")), _BOTH),
            "a reason of another workgroup": (both(put(_EMEA, grants("analyst")), stated("Emea")), _BOTH),
            "one location": (
                put(_LOCATION, "s3://acme-results/analyst"),
                "inside of those of acme-analyst (s3://acme-results/analyst/), which role acme-analyst",
            ),
            "a nested location": (put(_LOCATION, "s3://acme-results/analyst/emea/"), "inside of those of acme-analyst"),
            "the whole bucket": (put(_LOCATION, "s3://acme-results"), "query results of acme-analyst are written to"),
            "a nested location with one reason": (
                both(put(_LOCATION, "s3://acme-results/analyst/emea/"), stated("Emea")),
                "inside of those of acme-analyst",
            ),
            "one location without known roles": (
                both(put(_LOCATION, "s3://acme-results/analyst/"), drop("resource/aws_iam_role_policy")),
                "which other principals may read",
            ),
        },
        {
            "a reason": both(put(_EMEA, grants("analyst")), stated("Analyst")),
            "a nested location with reasons": both(
                put(_LOCATION, "s3://acme-results/analyst/emea/"), stated("Analyst", "Emea")
            ),
            "one role with two workgroups": both(
                put("aws_iam_role_policy/Emea/role", "acme-analyst"), put(_LOCATION, "s3://acme-results/analyst/emea/")
            ),
            "a denied action": put(
                _EMEA,
                policy(
                    statement("athena:*", resource="*"),
                    {"Effect": "Deny", "Action": "athena:GetQueryResults*", "Resource": "*"},
                ),
            ),
            "other actions": allowing("athena:ListWorkGroups", "athena:StartQueryExecution", resource="*"),
            "a boundary": both(
                _MANAGED,
                put("aws_iam_role/Analyst/permissions_boundary", "${aws_iam_policy.Q.arn}"),
            ),
            "other objects of all buckets": allowing("s3:GetObject", resource="arn:aws:s3:::acme-*/_lakekit/*"),
            "a bucket of a similar name": allowing("s3:GetObject", resource="arn:aws:s3:::acme-results-2/*"),
        },
    ),
]


ELSEWHERE = {
    "name": "acme-analyst",
    "location": "s3://acme-results/analyst/",
    "roles": ["acme-analyst", "acme-reporter"],
}
OTHER_STACK = resources(
    aws_iam_role={"Job": {"name": "acme-job", "assume_role_policy": "{}"}},
    aws_iam_role_policy={
        "Reporter": {"name": "q", "role": "acme-reporter", "policy": grants("analyst")},
        "Job": {"name": "q", "role": "${aws_iam_role.Job.name}", "policy": grants("analyst-emea")},
    },
) | {"athena_workgroups": [ELSEWHERE]}
_JOB = "role acme-job reads query results of the workgroup acme-analyst, which the environment gives role acme-analyst"
CASES.append(
    Case(
        "LK_ATHENA_24",
        OTHER_STACK,
        {
            "from Athena": (
                put("aws_iam_role_policy/Job/policy", policy(statement("athena:Get*", resource="*"))),
                f"aws_iam_role_policy.Job: {_JOB} and role acme-reporter alone",
            ),
            "from S3": (
                put(
                    "aws_iam_role_policy/Job/policy",
                    policy(statement("s3:Get*", resource="arn:aws:s3:::acme-results/*")),
                ),
                _JOB,
            ),
        },
    )
)


@pytest.mark.parametrize("reason", ["", _REASON])
def test_plans_are_evaluated(reason: str) -> None:
    """Tags of the provider are no reason: they are the same for every workgroup."""
    own = {"shared-results": reason} if reason else {}
    group = workgroup("analyst", tags=own, tags_all={"shared-results": _REASON})
    document = plan(
        change("aws_athena_workgroup.Analyst", "create", None, group),
        *(
            change(f"aws_iam_role_policy.{name}", "create", None, {"role": name, "policy": grants("analyst")})
            for name in ("one", "two")
        ),
    )
    for resource in document["configuration"]["root_module"]["resources"]:
        written = ("name", "tags", "role", "policy", "configuration")
        resource["expressions"] = {name: {} for name in written}
    found = evaluate_rule("LK_ATHENA_24", document)
    assert [("role one and role two" in message) for message in found] == ([] if reason else [True])
