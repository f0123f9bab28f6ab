"""What waits for what is in the JSON, not in the construct tree alone."""

from __future__ import annotations

from typing import Any

from one_stack import stack

from lakekit.access import ServiceRole
from lakekit.bindings import aws
from lakekit.governance import LakeLocations
from lakekit.ordering import made_after
from lakekit.storage import DataLake
from lakekit.testing import resources
from nonempty import nonempty


def test_a_resource_waits_for_resources_and_for_what_stands_in_constructs() -> None:
    def build(s: Any) -> None:
        role = ServiceRole(s, "Role", service="glue", description="d")
        topic = aws.sns_topic.SnsTopic(s, "Topic", name="t")
        queue = aws.sqs_queue.SqsQueue(s, "Queue", name="q", depends_on=[topic])
        made_after(queue, role, topic)

    (queue,) = resources(stack(build), "aws_sqs_queue").values()
    assert {waited.split(".")[0] for waited in queue["depends_on"]} == {"aws_sns_topic", "aws_iam_role"}


def test_log_delivery_waits_for_the_log_buckets_policy() -> None:
    template = stack(lambda s: DataLake(s, "Lake"))
    for logging in nonempty(resources(template, "aws_s3_bucket_logging").values()):
        assert any(waited.startswith("aws_s3_bucket_policy.Lake_Logs") for waited in logging["depends_on"])


def test_locations_wait_for_the_rights_of_their_role() -> None:
    template = stack(lambda s: LakeLocations(s, "Locations"))
    for location in nonempty(resources(template, "aws_lakeformation_resource").values()):
        assert any(waited.startswith("aws_iam_role_policy.") for waited in location["depends_on"])
