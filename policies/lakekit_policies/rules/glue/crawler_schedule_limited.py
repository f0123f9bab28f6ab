from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

CRON = re.compile(r"cron\((\S+) ")


class CrawlerScheduleLimited(Rule):
    id = "LK_GLUE_10"
    title = "Glue crawlers run at most hourly, with a fixed depth, and delete no tables"
    severity = "medium"
    rationale = (
        "Frequent crawls cost more than they find. Without a fixed table level, a crawler can create a table per "
        "partition. With a delete behavior other than LOG, it removes tables whose folders are temporarily missing."
    )
    remedy = (
        'Schedule the crawler at most hourly; set `Grouping.TableLevelConfiguration`, `delete_behavior = "LOG"` and '
        '`update_behavior = "LOG"`.'
    )
    reference = "https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html"
    pack = "cost"
    controls = {"nist": ["SC-6", "SI-12"], "soc2": ["A1.1"]}
    resources = ("aws_glue_crawler",)

    def problems(self, block: Block) -> Iterable[str]:
        match = CRON.match(str(block.get("schedule") or ""))
        minutes = match[1] if match else "0"
        if not minutes.isdigit():
            yield f"schedule runs at minutes {minutes}; at most one run per hour is allowed"
        for policy in nested(block, "schema_change_policy") or [{}]:
            if policy.get("delete_behavior") != "LOG":
                yield (
                    f"delete_behavior is {policy.get('delete_behavior') or 'DEPRECATE_IN_DATABASE (default)'}, not LOG"
                )
        if nested(block, "s3_target") and "TableLevelConfiguration" not in str(block.get("configuration")):
            yield "TableLevelConfiguration is not set"


check = CrawlerScheduleLimited()
