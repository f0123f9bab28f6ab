from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

CODE_SUFFIXES = (".py", ".zip", ".tar.gz", ".jar", ".whl", ".egg")
HASH = re.compile(r"(?:^|[/._-])[0-9a-f]{8,64}(?:[/._-]|$)")


class CodeObjectHashInKey(Rule):
    id = "LK_S3_15"
    title = "Keys of uploaded code contain the hash of its content"
    severity = "medium"
    rationale = (
        "Under an unchanged key, new code replaces the version that running jobs were planned with, and past runs "
        "cannot be traced to a code version."
    )
    remedy = (
        "Use `Artifact`, whose key changes with the content. Keys that end in `.json` are exempt (Iceberg table "
        "metadata)."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-3", "SI-7"], "soc2": ["CC8.1"]}
    resources = ("aws_s3_object",)

    def problems(self, block: Block) -> Iterable[str]:
        key = str(block.get("key") or "")
        if key.endswith(CODE_SUFFIXES) and not HASH.search(key):
            yield f"{key} does not contain a content hash"


check = CodeObjectHashInKey()
