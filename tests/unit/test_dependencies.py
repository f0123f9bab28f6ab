"""Dependencies are in the JSON, not only in the construct tree."""

from __future__ import annotations

from typing import Any

from stack_builder import stack

from lakekit.bindings import aws
from lakekit.core.dependencies import add_dependency
from lakekit.governance import LakeLocations
from lakekit.iam import ServiceRole
from lakekit.storage import DataLake
from lakekit.testing import resources
from nonempty import nonempty


def test_depends_on_accepts_resources_and_constructs() -> None:
    def build(s: Any) -> None:
        role = ServiceRole(s, "Role", service="glue", description="d")
        topic = aws.sns_topic.SnsTopic(s, "Topic", name="t")
        queue = aws.sqs_queue.SqsQueue(s, "Queue", name="q", depends_on=[topic])
        add_dependency(queue, role, topic)

    (queue,) = resources(stack(build), "aws_sqs_queue").values()
    assert {waited.split(".")[0] for waited in queue["depends_on"]} == {"aws_sns_topic", "aws_iam_role"}


def test_log_delivery_depends_on_the_log_bucket_policy() -> None:
    template = stack(lambda s: DataLake(s, "Lake"))
    for logging in nonempty(resources(template, "aws_s3_bucket_logging").values()):
        assert any(waited.startswith("aws_s3_bucket_policy.Lake_Logs") for waited in logging["depends_on"])


def test_locations_depend_on_role_permissions() -> None:
    template = stack(lambda s: LakeLocations(s, "Locations"))
    for location in nonempty(resources(template, "aws_lakeformation_resource").values()):
        assert any(waited.startswith("aws_iam_role_policy.") for waited in location["depends_on"])
