from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested

_WRITING: Final = frozenset({"PUT", "POST", "DELETE"})
_EVERY: Final = ("*", "http://*", "https://*", "https://*.*", "http://*.*")


class CorsOriginsRestricted(Rule):
    id = "LK_S3_39"
    title = "CORS rules of buckets name their origins"
    severity = "high"
    rationale = (
        "With `*`, a page of any site reads or writes objects in the browser of a user, with requests that the user's "
        "application has signed. For a pattern such as `https://*`, S3 also allows credentials."
    )
    remedy = "Name the origins of the application with https, and only the methods that it needs."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-4"], "soc2": ["CC6.6"]}
    resources = ("aws_s3_bucket_cors_configuration", "aws_s3_bucket")

    def problems(self, block: Block) -> Iterable[str]:
        for rule in nested(block, "cors_rule"):
            yield from _violations(rule)


def _violations(rule: Block) -> Iterator[str]:
    methods = {str(one) for one in as_list(rule.get("allowed_methods"))}
    does = "write and read" if _WRITING & methods else "read"
    for origin in map(str, as_list(rule.get("allowed_origins"))):
        if origin in _EVERY:
            yield f"pages of any origin ({origin}) can {does} objects"
        elif origin.startswith("http://") and not origin.startswith(("http://localhost", "http://127.0.0.1")):
            yield f"origin {origin} is not encrypted; an attacker in the network can {does} objects"


check = CorsOriginsRestricted()
