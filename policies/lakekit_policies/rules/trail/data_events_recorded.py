from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested


class DataEventsRecorded(Rule):
    id = "LK_TRAIL_1"
    title = "Trails record data events of S3"
    severity = "medium"
    rationale = "Management events do not show who read which object."
    remedy = (
        "Add an `event_selector` with data resources of AWS::S3::Object, or an `advanced_event_selector` with "
        "eventCategory Data."
    )
    reference = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudtrail",)

    def problems(self, block: Block) -> Iterable[str]:
        basic = [
            value
            for one in nested(block, "event_selector", "data_resource")
            if one.get("type") == "AWS::S3::Object"
            for value in as_list(one.get("values"))
        ]
        fields = [
            one
            for selector in nested(block, "advanced_event_selector")
            for one in nested(selector, "field_selector")
            if one.get("field") == "eventCategory" and "Data" in as_list(one.get("equals"))
        ]
        if not basic and not fields:
            yield "the trail records management events only, no reads and writes of objects"
        for selector in nested(block, "event_selector"):
            if selector.get("include_management_events") is False:
                yield "management events are excluded"
            if selector.get("read_write_type") not in (None, "", "All"):
                yield f"read_write_type is {selector['read_write_type']}, not All"


check = DataEventsRecorded()
