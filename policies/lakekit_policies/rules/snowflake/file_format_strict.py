from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import is_true
from lakekit_policies.terraform.blocks import Block


class FileFormatStrict(Rule):
    id = "LK_SF_21"
    title = "File formats reject malformed files"
    severity = "medium"
    rationale = (
        "Rows with another number of columns shift values into wrong columns; replaced characters change the data."
    )
    remedy = (
        "Set `error_on_column_count_mismatch` to true for CSV, and `replace_invalid_characters` and "
        "`ignore_utf8_errors` to false."
    )
    reference = "https://docs.snowflake.com/en/sql-reference/sql/create-file-format"
    pack = "snowflake"
    controls = {"nist": ["SI-10"], "soc2": ["PI1.2"]}
    resources = ("snowflake_file_format",)

    def problems(self, block: Block) -> Iterable[str]:
        kind = str(block.get("format_type", "")).upper()
        if kind == "CSV" and block.get("error_on_column_count_mismatch") is not True:
            yield "error_on_column_count_mismatch is not true"
        for name in ("replace_invalid_characters", "ignore_utf8_errors"):
            if is_true(block.get(name)):
                yield f"{name} is true"


check = FileFormatStrict()
