from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_callees import undeclared
from lakekit_policies.terraform.blocks import Block


class PipeAutoIngest(Rule):
    id = "LK_SF_22"
    title = "Pipes load by notification and skip files with errors"
    severity = "medium"
    rationale = (
        "A pipe without auto-ingest loads only after REST calls. ON_ERROR = CONTINUE loads files partially and "
        "reports success."
    )
    remedy = "Set `auto_ingest` and `aws_sns_topic_arn`, and leave ON_ERROR at SKIP_FILE."
    reference = "https://docs.snowflake.com/en/user-guide/data-load-snowpipe-auto-s3"
    pack = "snowflake"
    controls = {"nist": ["SI-10", "SI-11"], "soc2": ["PI1.2"]}
    resources = ("snowflake_pipe",)

    def problems(self, block: Block) -> Iterable[str]:
        copy = str(block.get("copy_statement", "")).upper()
        if block.get("auto_ingest") is not True:
            yield "auto_ingest is not true"
        if not block.get("aws_sns_topic_arn"):
            yield "aws_sns_topic_arn is not set; Snowpipe would need the bucket's notification configuration"
        if "ON_ERROR=CONTINUE" in "".join(copy.split()):
            yield "copy_statement contains ON_ERROR = CONTINUE"
        if "CREDENTIALS" in copy or "S3://" in copy:
            yield "copy_statement contains a URL or credentials; use a stage"
        if copy:
            yield from sql.pipe_problems(str(block["copy_statement"]))
            yield from undeclared(self.peers, "copy_statement", str(block["copy_statement"]))


check = PipeAutoIngest()
