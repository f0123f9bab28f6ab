"""Rules for VPC endpoints."""

from __future__ import annotations

from network_fixtures import ACCOUNT_STATEMENT, NETWORK
from rule_case_tests import test_passes, test_rejects
from rule_cases import (
    Case,
    Change,
    Document,
    add_statement,
    both,
    drop,
    put,
    statement,
)

__all__ = ["test_passes", "test_rejects"]

_POLICY = "aws_vpc_endpoint/Glue/policy"


def _set_condition(key: str, value: str | None) -> Change:
    def edit(found: Document) -> None:
        asked = found["Condition"]["StringEquals"]
        asked.pop(key)
        if value:
            asked[key] = value

    return statement(_POLICY, "Account", edit)


def _packages(*buckets: str, action: str = "s3:GetObject") -> Change:
    resources = [f"arn:aws:s3:::{bucket}/*" for bucket in buckets]
    return add_statement(_POLICY, Sid="Packages", Effect="Allow", Principal="*", Action=action, Resource=resources)


CASES = [
    Case(
        "LK_VPC_1",
        NETWORK,
        {
            "no policy": (drop(_POLICY), "policy is not set"),
            "any principal": (_set_condition("aws:PrincipalAccount", None), "statement Account allows any principal"),
            "any principal by a wildcard": (
                _set_condition("aws:PrincipalAccount", "*"),
                "statement Account allows any principal",
            ),
            "buckets of any account": (_set_condition("aws:ResourceAccount", None), "any account's resources"),
            "negated condition": (
                statement(
                    _POLICY,
                    "Account",
                    lambda s: s.update(Condition={"StringNotEquals": s["Condition"]["StringEquals"]}),
                ),
                "statement Account allows any principal",
            ),
            "write access to AWS buckets": (
                statement(_POLICY, "Install", lambda s: s.update(Action=["s3:GetObject", "s3:PutObject"])),
                "statement Install allows any principal",
            ),
            "read access to a bucket with a similar name": (
                _packages("prod-eu-west-1-starport-layer-bucket-x"),
                "statement Packages allows any account's resources",
            ),
            "read access to AWS buckets of any region": (
                _packages("prod-*-starport-layer-bucket"),
                "statement Packages allows any account's resources",
            ),
            "read access to another bucket among AWS buckets": (
                _packages("prod-eu-west-1-starport-layer-bucket", "spy"),
                "statement Packages allows any account's resources",
            ),
            "write access to AWS buckets from anywhere": (
                _packages("prod-eu-west-1-starport-layer-bucket", action="s3:PutObject"),
                "statement Packages allows any account's resources",
            ),
            "read access to any bucket": (
                statement(_POLICY, "Install", lambda s: s.update(Resource="arn:aws:s3:::*/*")),
                "any",
            ),
            "write access to a bucket with a similar name": (
                statement(_POLICY, "LogDelivery", lambda s: s.update(Resource="arn:aws:s3:::aws157-logs-prod-mine/*")),
                "statement LogDelivery allows any principal",
            ),
            "write access to EMR buckets of any region": (
                statement(_POLICY, "LogDelivery", lambda s: s.update(Resource="arn:aws:s3:::aws157-logs-prod-*/*")),
                "statement LogDelivery allows any principal",
            ),
            "write access without a source VPC": (
                statement(_POLICY, "LogDelivery", lambda s: s.pop("Condition")),
                "statement LogDelivery allows any principal",
            ),
            "more than log delivery actions": (
                statement(_POLICY, "LogDelivery", lambda s: s.update(Action=["s3:*"])),
                "statement LogDelivery allows any principal",
            ),
        },
        {
            "code that AWS publishes": _packages(
                "prod-eu-west-1-starport-layer-bucket", "eu-west-1.elasticmapreduce", "al2023-repos-eu-west-1-de612dc2"
            ),
            "organization id": both(
                statement(_POLICY, "Account"),
                add_statement(
                    _POLICY,
                    **{
                        **ACCOUNT_STATEMENT,
                        "Condition": {
                            "StringEquals": {"aws:PrincipalOrgID": "o-acme123456", "aws:ResourceOrgID": "o-acme123456"}
                        },
                    },
                ),
            ),
        },
    ),
    Case(
        "LK_VPC_9",
        NETWORK,
        {
            "no private DNS": (
                put("aws_vpc_endpoint/Glue/private_dns_enabled", False),
                "private_dns_enabled is not true",
            ),
            "default security group": (
                put("aws_vpc_endpoint/Glue/security_group_ids", []),
                "the VPC's default security group is used",
            ),
        },
        {
            "gateway endpoint": both(
                put("aws_vpc_endpoint/Glue/vpc_endpoint_type", "Gateway"),
                drop("aws_vpc_endpoint/Glue/private_dns_enabled"),
            )
        },
    ),
]
