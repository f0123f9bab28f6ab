"""A new grant or policy is exempt from the plan rules only for what the same plan creates, by type and name."""

from __future__ import annotations

from typing import Any

import pytest

from lakekit_policies.plan_rules._created_resources import CreatedResources
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.stack_metadata import StackMetadata

OWN, FOREIGN = "111122223333", "999988887777"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:alarms"


def created(address: str, **after: Any) -> Change:
    kind, _, name = address.partition(".")
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {}}
    return Change.of({"address": address, "mode": "managed", "type": kind, "name": name, "change": change})


@pytest.mark.parametrize(
    ("change", "attribute", "others"),
    [
        (created("aws_s3_bucket_policy.p", bucket="lake"), "bucket", []),
        (
            created("aws_s3_bucket_policy.p", bucket="lake"),
            "bucket",
            [created("aws_s3_bucket_versioning.v", bucket="lake")],
        ),
        (created("aws_kms_key_policy.p", key_id="1234"), "key_id", []),
        (created("aws_sns_topic_policy.p", arn=TOPIC), "arn", []),
        (
            created("aws_sns_topic_policy.p", arn=TOPIC),
            "arn",
            [created("aws_sns_topic_data_protection_policy.p", arn=TOPIC)],
        ),
        (created("aws_iam_role_policy.p", role="etl", name="etl"), "role", []),
        (created("aws_iam_role_policy.p", role="etl"), "role", [created("aws_cloudwatch_log_group.g", name="etl")]),
        (created("aws_iam_role_policy_attachment.a", role="etl"), "role", [created("aws_iam_user.u", name="etl")]),
        (
            created("aws_lakeformation_permissions.l", principal=f"arn:aws:iam::{OWN}:role/etl"),
            "principal",
            [created("aws_glue_job.j", name="etl")],
        ),
        (
            created("aws_lakeformation_permissions.l", principal=f"arn:aws:iam::{FOREIGN}:role/etl"),
            "principal",
            [created("aws_iam_role.r", name="etl")],
        ),
        (
            created("snowflake_grant_account_role.g", user_name="BOB"),
            "user_name",
            [created("snowflake_schema.s", name="BOB")],
        ),
    ],
)
def test_existing_resources_are_not_exempt(change: Change, attribute: str, others: list[Change]) -> None:
    with stack_context.use_context(StackMetadata(account_id=OWN)):
        assert not CreatedResources([*others, change]).includes(change, attribute)


@pytest.mark.parametrize(
    ("change", "attribute", "other"),
    [
        (created("aws_s3_bucket_policy.p", bucket="lake"), "bucket", created("aws_s3_bucket.b", bucket="lake")),
        (created("aws_kms_key_policy.p", key_id="1234"), "key_id", created("aws_kms_key.k", key_id="1234")),
        (created("aws_sns_topic_policy.p", arn=TOPIC), "arn", created("aws_sns_topic.t", arn=TOPIC)),
        (created("aws_iam_role_policy.p", role="etl"), "role", created("aws_iam_role.r", name="etl")),
        (
            created("aws_lakeformation_permissions.l", principal=f"arn:aws:iam::{OWN}:role/jobs/etl"),
            "principal",
            created("aws_iam_role.r", name="etl"),
        ),
        (
            created("snowflake_grant_account_role.g", user_name="BOB"),
            "user_name",
            created("snowflake_legacy_service_user.u", name="BOB"),
        ),
    ],
)
def test_what_the_plan_creates_is_exempt(change: Change, attribute: str, other: Change) -> None:
    with stack_context.use_context(StackMetadata(account_id=OWN)):
        assert CreatedResources([other, change]).includes(change, attribute)
