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
        "A plugin is read once, when it is made. Under a key that may be overwritten nobody can tell which code runs, "
        "and a new upload changes nothing."
    )
    remedy = "Put a hash of the content into file_key, or name object_version (MskConnector uploads so)."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-connect-plugins.html"
    pack = "streaming"
    controls = {"nist": ["CM-2", "SI-7"], "soc2": ["CC8.1"]}
    resources = ("aws_mskconnect_custom_plugin",)

    def problems(self, block: Block) -> Iterable[str]:
        for place in nested(block, "location", "s3"):
            key = str(place.get("file_key", ""))
            if not (place.get("object_version") or key.startswith("${") or DIGEST.search(key)):
                yield f"{key or 'the plugin'} may be overwritten: no hash in its key and no object_version"


check = MskPluginPinned()
