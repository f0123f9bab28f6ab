from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_callees import LANGUAGES, undeclared
from lakekit_policies.rules._shared.snowflake_protection import named_governed
from lakekit_policies.rules._shared.snowflake_values import is_true, unquoted
from lakekit_policies.terraform.blocks import Block, as_list


class RoutineBodyAllowed(Rule):
    id = "LK_SF_40"
    title = "Procedures and functions read and write data only"
    severity = "high"
    rationale = (
        "A procedure with owner's rights does for its callers what they may not do, such as reading a table with a row "
        "access policy. Without SECURE, the optimizer may show rows to the caller of a function before they are "
        "filtered. GRANT, users, shares, dynamic SQL and unloads in a body bypass the review of the configuration."
    )
    remedy = (
        'Set `execute_as = "CALLER"` where the caller has the privileges and `is_secure = "true"`, write SQL literally '
        "instead of composing it, and declare grants, users, shares and settings as resources."
    )
    reference = "https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-rights"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "AC-6", "CM-3"], "soc2": ["CC6.1", "CC8.1"]}
    resources = tuple(f"snowflake_{kind}_{language}" for kind in ("function", "procedure") for language in LANGUAGES)

    def problems(self, block: Block) -> Iterable[str]:
        _, kind, language = self.entity_type.split("_")
        name = f"{kind}_definition"
        body = str(block.get(name) or "")
        if language == "sql" and kind == "procedure":
            yield from sql.script_problems([(name, body)])
        elif language == "sql":
            yield from sql.function_problems(name, body)
        elif body:
            yield from sql.embedded_problems(name, body, language)
        if kind == "procedure":
            yield from undeclared(self.peers, name, body, language=language)
        yield from self._rights(block, kind, body)
        for integration in as_list(block.get("external_access_integrations")):
            yield f"external_access_integrations has {integration}; the body can send data to its hosts"

    def _rights(self, block: Block, kind: str, body: str) -> Iterable[str]:
        """Routines that serve protected tables to callers who may not read them."""
        governed = ", ".join(named_governed(self.peers, body))
        if governed and kind == "procedure" and unquoted(block.get("execute_as")) != "CALLER":
            yield f"execute_as is not CALLER, and the body uses {governed}, which has policies or a high classification"
        if governed and kind == "function" and not is_true(block.get("is_secure")):
            yield f"is_secure is not true, and the body uses {governed}, which has policies or a high classification"


check = RoutineBodyAllowed()
