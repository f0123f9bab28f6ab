from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

DIGEST = re.compile(r"[0-9a-f]{8,64}")


class MskPluginPinned(Rule):
    id = "LK_CONNECT_2"
    title = "MSK Connect plugins are pinned to their content"
    severity = "medium"
    rationale = (
        "MSK Connect reads a plugin once, at creation. If the object can be overwritten, the running code is unknown "
        "and a new upload has no effect."
    )
    remedy = "Include a content hash in `file_key`, or set `object_version` (`MskConnector` does)."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-connect-plugins.html"
    pack = "streaming"
    controls = {"nist": ["CM-2", "SI-7"], "soc2": ["CC8.1"]}
    resources = ("aws_mskconnect_custom_plugin",)

    def problems(self, block: Block) -> Iterable[str]:
        for location in nested(block, "location", "s3"):
            key = str(location.get("file_key", ""))
            if not (location.get("object_version") or key.startswith("${") or DIGEST.search(key)):
                yield f"{key or 'the plugin'} can be overwritten; set object_version or include a hash in file_key"


check = MskPluginPinned()
