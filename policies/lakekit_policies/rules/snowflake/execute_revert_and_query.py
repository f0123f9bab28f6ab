from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

SECRET = re.compile(r"\b(PASSWORD|AWS_KEY_ID|AWS_SECRET_KEY|AWS_TOKEN|PRIVATE_KEY|OAUTH_CLIENT_SECRET)\s*=")


class ExecuteRevertAndQuery(Rule):
    id = "LK_SF_24"
    title = "snowflake_execute has revert and query, and grants nothing"
    severity = "high"
    rationale = (
        "`snowflake_execute` hides errors of its query and detects no drift. Grants it makes are missing from the "
        "access matrix, and CREATE OR REPLACE drops grants, policies and data."
    )
    remedy = "Use `SqlExecute` with execute, revert and probe; use the grant resources for grants."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs/resources/execute"
    pack = "snowflake"
    controls = {"nist": ["CM-3", "CM-6"], "soc2": ["CC8.1"]}
    resources = ("snowflake_execute",)

    def problems(self, block: Block) -> Iterable[str]:
        execute = " ".join(str(block.get("execute", "")).upper().split())
        revert = " ".join(str(block.get("revert", "")).upper().split())
        query = " ".join(str(block.get("query", "")).upper().split())
        if not query.startswith(("SHOW ", "DESCRIBE ", "DESC ", "SELECT ", "WITH ")):
            yield "query is not a read-only statement"
        if not revert or revert.startswith(("SELECT ", "SHOW ")):
            yield "revert is empty or read-only"
        if "CREATE OR REPLACE" in execute:
            yield "execute contains CREATE OR REPLACE"
        if execute.startswith(("GRANT ", "REVOKE ", "USE ")):
            yield f"execute is a {execute.split()[0]} statement"
        if SECRET.search(execute):
            yield "execute contains a secret"


check = ExecuteRevertAndQuery()
