"""Rules for roles of services, free text and DNS."""

from __future__ import annotations

import json

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, put, resources

__all__ = ["test_passes", "test_rejects"]

OTHER = "999988887777"


def role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/x"


def add(kind: str, **arguments: object) -> Change:
    return put(f"resource/{kind}", {"Added": arguments})


_TOPIC = resources(aws_sns_topic={"T": {"name": "t"}})

CASES = [
    Case(
        "LK_DEST_10",
        _TOPIC,
        {
            "delivery feedback": (
                put("aws_sns_topic/T/http_failure_feedback_role_arn", role(OTHER)),
                f"http_failure_feedback_role_arn: resource {role(OTHER)} is outside",
            ),
            "nested": (
                add("aws_datasync_location_s3", s3_config=[{"bucket_access_role_arn": role(OTHER)}]),
                "s3_config.bucket_access_role_arn",
            ),
            "crawler": (add("aws_glue_crawler", role=role(OTHER)), "role: resource"),
            "map of roles": (
                add("aws_cognito_identity_pool_roles_attachment", roles={"authenticated": role(OTHER)}),
                "roles.authenticated",
            ),
            "chain": (
                add("aws_redshift_cluster", default_iam_role_arn=f"{role(ACCOUNT)},{role(OTHER)}"),
                "default_iam_role_arn",
            ),
        },
        {
            "role of the account": put("aws_sns_topic/T/sqs_success_feedback_role_arn", role(ACCOUNT)),
            "role of a trusted account": put("aws_sns_topic/T/sqs_success_feedback_role_arn", role("222222222222")),
            "name of a role": add("aws_glue_crawler", role="crawler"),
            "managed policy": add(
                "aws_iam_role_policy_attachment", policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess"
            ),
            "target group": add("aws_lb_listener_rule", target_group_arn=f"arn:aws:x:eu-west-1:{OTHER}:targetgroup/x"),
        },
    ),
    Case(
        "LK_DEST_11",
        resources(aws_glue_job={"J": {"name": "j"}}),
        {
            "account": (
                put("aws_glue_job/J/default_arguments", {"--backup-to": OTHER}),
                f"default_arguments.--backup-to: account {OTHER} is outside",
            ),
            "host": (
                put("aws_glue_job/J/default_arguments", {"--collector": "drop.evil.io"}),
                "host drop.evil.io is outside",
            ),
            "input of a schedule": (
                add("aws_scheduler_schedule", target=[{"input": json.dumps({"job": {"sink": "drop.evil.io"}})}]),
                "target.input.job.sink: host drop.evil.io",
            ),
        },
        {
            "own account": put("aws_glue_job/J/default_arguments", {"--catalog": ACCOUNT}),
            "endpoint of AWS": put("aws_glue_job/J/default_arguments", {"--at": "glue.eu-west-1.amazonaws.com"}),
            "a time": put("aws_glue_job/J/default_arguments", {"--until": "202611271200"}),
        },
    ),
    Case(
        "LK_DEST_2",
        resources(aws_vpc_dhcp_options={"D": {"domain_name": "eu-west-1.compute.internal"}}),
        {
            "search domain": (put("aws_vpc_dhcp_options/D/domain_name", "ec2.internal evil.io"), "host evil.io is out"),
            "resolver": (add("aws_route53_resolver_rule", target_ip=[{"ip": "198.51.100.53"}]), "198.51.100.53"),
            "alias": (add("aws_route53_record", type="CNAME", records=["glue.evil.io."]), "host glue.evil.io"),
            "mail exchanger": (add("aws_route53_record", type="MX", records=["10 mail.evil.io"]), "host mail.evil.io"),
        },
        {
            "resolver inside": add("aws_route53_resolver_rule", target_ip=[{"ip": "10.0.0.2"}]),
            "text": add("aws_route53_record", type="TXT", records=["v=spf1 include:amazonses.com -all"]),
        },
    ),
    Case(
        "LK_VPC_16",
        resources(aws_route53_resolver_rule={"R": {"domain_name": "corp.acme.example", "rule_type": "FORWARD"}}),
        {
            "services": (
                put("aws_route53_resolver_rule/R/domain_name", "eu-west-1.amazonaws.com."),
                "names of AWS services are forwarded",
            ),
            "all names": (put("aws_route53_resolver_rule/R/domain_name", "."), "domain_name is ."),
            "zone": (
                add("aws_route53_zone", name="AMAZONAWS.COM", vpc=[{"vpc_id": "vpc-1"}]),
                "the private zone answers for all AWS services",
            ),
        },
        {
            "system rule": put("aws_route53_resolver_rule/R", {"domain_name": "amazonaws.com", "rule_type": "SYSTEM"}),
            "zone of an endpoint": add(
                "aws_route53_zone", name="glue.eu-west-1.amazonaws.com", vpc=[{"vpc_id": "vpc-1"}]
            ),
            "public zone": add("aws_route53_zone", name="acme.example"),
        },
    ),
]
