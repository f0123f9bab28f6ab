"""Rules for EMR roles and the EMR policy tag."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, Document, both, drop, policy, put, resources, statement

__all__ = ["test_passes", "test_rejects"]

TAG = "for-use-with-amazon-emr-managed-policies"
INTERFACES = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:network-interface/*"
_POLICY = "aws_iam_role_policy/Studio/policy"


def _interface_statement(**more: object) -> dict[str, object]:
    return {"Sid": "Make", "Effect": "Allow", "Action": "ec2:CreateNetworkInterface", "Resource": INTERFACES, **more}


GOOD = resources(
    aws_iam_role={
        "Studio": {
            "name": "acme-studio",
            "assume_role_policy": policy(
                {
                    "Sid": "Assume",
                    "Effect": "Allow",
                    "Principal": {"Service": "elasticmapreduce.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                }
            ),
        }
    },
    aws_iam_role_policy={
        "Studio": {
            "role": "${aws_iam_role.Studio.name}",
            "policy": policy(
                _interface_statement(Condition={"StringEquals": {f"aws:RequestTag/{TAG}": "true"}}),
                {"Sid": "Look", "Effect": "Allow", "Action": "ec2:DescribeNetworkInterfaces", "Resource": "*"},
                {
                    "Sid": "Place",
                    "Effect": "Allow",
                    "Action": "ec2:CreateNetworkInterface",
                    "Resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:subnet/subnet-1",
                },
                _interface_statement(
                    Sid="Tag",
                    Action="ec2:CreateTags",
                    Condition={"StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"}},
                ),
                _interface_statement(
                    Sid="Remove",
                    Action="ec2:DeleteNetworkInterface",
                    Condition={"StringEquals": {f"aws:ResourceTag/{TAG}": "true"}},
                ),
            ),
        }
    },
    aws_emr_cluster={"Main": {"name": "main", "tags": {TAG: "true"}}},
    aws_emr_studio={"Studio": {"name": "studio", "tags": {TAG: "true"}}},
)


def _without_condition(sid: str) -> Change:
    return statement(_POLICY, sid, lambda found: found.pop("Condition"))


def _move_to_attached_policy(document: Document) -> None:
    """Move the permissions to a managed policy that is attached by reference."""
    document["resource"] |= {
        "aws_iam_policy": {"Studio": {"name": "acme-studio", "policy": policy(_interface_statement())}},
        "aws_iam_role_policy_attachment": {
            "Studio": {"role": "acme-studio", "policy_arn": "${aws_iam_policy.Studio.arn}"}
        },
    }


CASES = [
    Case(
        "LK_EMR_5",
        GOOD,
        {
            "cluster without the tag": (drop("aws_emr_cluster/Main/tags"), f"tag {TAG} is not true"),
            "studio with the tag set to false": (
                put(f"aws_emr_studio/Studio/tags/{TAG}", "false"),
                f"tag {TAG} is not true",
            ),
            "network interfaces without the tag": (
                _without_condition("Make"),
                "statement Make allows EMR to create or change",
            ),
            "any network interface": (
                _without_condition("Remove"),
                "statement Remove allows EMR to create or change",
            ),
            "tags of any network interface": (
                _without_condition("Tag"),
                "statement Tag allows EMR to create or change",
            ),
            "policy of a role by name": (
                both(put("aws_iam_role_policy/Studio/role", "acme-studio"), _without_condition("Make")),
                "statement Make",
            ),
            "inline policy of the role": (
                put("aws_iam_role/Studio/inline_policy", [{"name": "x", "policy": policy(_interface_statement())}]),
                "statement Make",
            ),
            "attached policy": (_move_to_attached_policy, "statement Make"),
            "wildcard action": (
                statement(_POLICY, "Make", lambda found: found.update(Action="ec2:*NetworkInterface", Condition={})),
                "statement Make",
            ),
        },
        {
            "role of another service": both(
                statement(
                    "aws_iam_role/Studio/assume_role_policy",
                    "Assume",
                    lambda found: found.update(Principal={"Service": "kinesisanalytics.amazonaws.com"}),
                ),
                _without_condition("Make"),
            ),
            "interfaces of instances that start": statement(
                _POLICY,
                "Make",
                lambda found: found.update(Action=["ec2:RunInstances", "ec2:CreateFleet"], Condition={}),
            ),
            "attributes of interfaces of one VPC": statement(
                _POLICY,
                "Make",
                lambda found: found.update(
                    Action="ec2:ModifyNetworkInterfaceAttribute",
                    Condition={"ArnEquals": {"ec2:Vpc": "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-0"}},
                ),
            ),
            "Deny statement": statement(_POLICY, "Make", lambda found: found.update(Effect="Deny", Condition={})),
        },
    ),
]
