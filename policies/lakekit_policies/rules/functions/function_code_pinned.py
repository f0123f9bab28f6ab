from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, reference


class FunctionCodePinned(Rule):
    id = "LK_LAMBDA_2"
    title = "Functions run code that the configuration pins"
    severity = "medium"
    rationale = (
        "Code from a bucket or image tag can be replaced without a plan; the next deployment runs it with the role"
        " of the function."
    )
    remedy = "Set `source_code_hash` or `s3_object_version`; name images by digest (`@sha256:`)."
    reference = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html"
    pack = "baseline"
    controls = {"nist": ["SI-7", "CM-14"], "soc2": ["CC8.1"]}
    resources = ("aws_lambda_function",)

    def problems(self, block: Block) -> Iterable[str]:
        image = block.get("image_uri")
        if isinstance(image, str) and "@sha256:" not in image and "${" not in image and reference(image) is None:
            yield f"image_uri {image} is a tag that can be moved; name the digest"
        if block.get("s3_bucket") and not (block.get("s3_object_version") or block.get("source_code_hash")):
            yield "neither s3_object_version nor source_code_hash pins the code"


check = FunctionCodePinned()
