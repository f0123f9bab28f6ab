from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

SECRET = re.compile(r"\b(PASSWORD|AWS_KEY_ID|AWS_SECRET_KEY|AWS_TOKEN|PRIVATE_KEY|OAUTH_CLIENT_SECRET)\s*=")


class ExecuteRevertAndQuery(Rule):
    id = "LK_SF_24"
    title = "snowflake_execute runs an allowed statement, its inverse and a metadata query"
    severity = "high"
    rationale = (
        "`snowflake_execute` hides errors of its query, detects no drift, and runs any statement. Grants, users, "
        "shares and unloads made by SQL are missing from the plan and from the access matrix; results of the query "
        "are stored in the state."
    )
    remedy = (
        "Use `SqlExecute` for what has no resource: CREATE ICEBERG TABLE or CATALOG INTEGRATION IF NOT EXISTS, ALTER "
        "TABLE or VIEW … ADD ROW ACCESS POLICY or … COLUMN … SET MASKING POLICY, ALTER ACCOUNT SET RESOURCE_MONITOR; "
        "with the statement that undoes it, and SHOW or DESCRIBE. Use resources for everything else."
    )
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs/resources/execute"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "CM-3", "CM-6"], "soc2": ["CC6.1", "CC8.1"]}
    resources = ("snowflake_execute",)

    def problems(self, block: Block) -> Iterable[str]:
        texts = [str(block.get(name) or "") for name in ("execute", "revert", "query")]
        yield from sql.execute_problems(*texts)
        for name, text in zip(("execute", "revert"), texts, strict=False):
            if SECRET.search(text.upper()):
                yield f"{name} contains a secret"


check = ExecuteRevertAndQuery()
