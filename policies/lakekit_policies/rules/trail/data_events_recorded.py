from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.event_selectors import (
    EXCEPT,
    ONLY,
    Fields,
    fields_of,
    has_unknown_field,
    hidden_events,
    values,
)
from lakekit_policies.terraform.blocks import Block, as_list, is_unknown, local_address, nested, reference


class DataEventsRecorded(Rule):
    id = "LK_TRAIL_1"
    title = "Trails record management events and data events of S3"
    severity = "medium"
    rationale = "Management events do not show who read which object; data events do not show who changed a policy."
    remedy = (
        "Add an `event_selector` with data resources of AWS::S3::Object, or an `advanced_event_selector` with "
        "eventCategory Management and one with eventCategory Data and resources.type AWS::S3::Object, for reads and "
        "writes. Exclude only the bucket of the trail itself."
    )
    reference = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudtrail",)

    def problems(self, block: Block) -> Iterable[str]:
        advanced = [fields_of(one) for one in nested(block, "advanced_event_selector")]
        basic = [
            value
            for one in nested(block, "event_selector", "data_resource")
            if one.get("type") == "AWS::S3::Object"
            for value in as_list(one.get("values"))
        ]
        objects = [one for one in advanced if _is(one, "eventCategory", "Data") and _reads_objects(one)]
        if not basic and not objects and not any(map(has_unknown_field, advanced)):
            yield "the trail records management events only, no reads and writes of objects"
        if objects and not basic:
            yield from _missing(objects, "data events of objects")
            bucket = block.get("s3_bucket_name")
            for one in objects:
                yield from self._restrictions(one, bucket)
        for one in advanced:
            yield from hidden_events(one)
        for selector in nested(block, "event_selector"):
            if selector.get("include_management_events") is False:
                yield "management events are excluded"
            if excluded := as_list(selector.get("exclude_management_event_sources")):
                yield f"management events of {', '.join(map(str, excluded))} are excluded"
            if selector.get("read_write_type") not in (None, "", "All"):
                yield f"read_write_type is {selector['read_write_type']}, not All"
        if advanced:
            management = [one for one in advanced if _is(one, "eventCategory", "Management")]
            if not management and not any(map(has_unknown_field, advanced)):
                yield "the trail records no management events"
            yield from _missing(management, "management events")
            for one in management:
                for source in values(one, "eventSource", EXCEPT):
                    yield f"management events of {source} are excluded"

    def _restrictions(self, fields: Fields, trail_bucket: Any) -> Iterator[str]:
        """Objects and events that a selector of data events leaves out, other than those of the bucket of the trail."""
        for value in values(fields, "resources.ARN", EXCEPT):
            if not _is_of_bucket(value, trail_bucket) and not self._may_be_of_bucket(value, trail_bucket):
                yield f"data events of {value} are excluded"
        for value in values(fields, "eventName", EXCEPT):
            yield f"{value} is excluded from data events"
        if only := values(fields, "eventName", ONLY):
            yield f"data events are recorded for {', '.join(only)} only"

    def _may_be_of_bucket(self, value: str, bucket: Any) -> bool:
        """Whether a text may name a bucket, one of them by a reference, whose name is the other or not known."""
        if is_unknown(bucket):
            return True
        for peer in self.peers.all("aws_s3_bucket"):
            address, name = local_address(peer.address), dict.get(peer.block, "bucket")
            other = value if reference(bucket) == address else bucket if address in value else None
            if isinstance(other, str) and isinstance(name, str):
                if is_unknown(name) or reference(name) is not None:
                    return bool(peer.block.get("bucket"))
                return other == name or other.startswith(f"arn:aws:s3:::{name}/")
        return False


def _is(fields: Fields, name: str, value: str) -> bool:
    return value in values(fields, name, ("equals",))


def _reads_objects(fields: Fields) -> bool:
    return "resources.type" not in fields or _is(fields, "resources.type", "AWS::S3::Object")


def _missing(selectors: list[Fields], what: str) -> Iterator[str]:
    """Reads or writes that none of the selectors records."""
    recorded = {value.lower() for one in selectors for value in values(one, "readOnly", ("equals",))}
    if not recorded or any("readOnly" not in one for one in selectors):
        return
    for value, kind in (("true", "reads"), ("false", "writes")):
        if value not in recorded:
            yield f"{kind} are left out of {what}"


def _is_of_bucket(value: str, bucket: Any) -> bool:
    """Whether a text names a bucket, by its name or by a reference."""
    if not isinstance(bucket, str) or not bucket:
        return False
    named = reference(bucket)
    return (named is not None and named in value) or value.startswith(f"arn:aws:s3:::{bucket}/")


check = DataEventsRecorded()
