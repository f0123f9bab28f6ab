from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_callees import undeclared
from lakekit_policies.terraform.blocks import Block

_SCRIPTS = ("sql_statement", "action", "condition", "when")


class ScheduledSqlAllowed(Rule):
    id = "LK_SF_39"
    title = "Tasks and alerts read and write data only"
    severity = "critical"
    rationale = (
        "A task runs as its owner, on schedule and without a plan. A GRANT, an ALTER SHARE or an unload to a URL in it "
        "bypasses the review of the configuration, again after every correction."
    )
    remedy = (
        "Use SELECT, INSERT, UPDATE, DELETE, MERGE and REFRESH, and CALL, EXECUTE TASK and COPY INTO with procedures, "
        "tasks and stages of the same configuration; declare grants, users, shares and settings as resources."
    )
    reference = "https://docs.snowflake.com/en/user-guide/tasks-intro"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "AC-6", "CM-3"], "soc2": ["CC6.1", "CC8.1"]}
    resources = ("snowflake_alert", "snowflake_task")

    def problems(self, block: Block) -> Iterable[str]:
        given = [(name, str(block.get(name) or "")) for name in _SCRIPTS]
        yield from sql.script_problems((name, text) for name, text in given if text and name != "when")
        for name, text in given:
            if name == "when" and text:
                yield from sql.script_problems([(name, f"SELECT {text}")])
            yield from undeclared(self.peers, name, text)


check = ScheduledSqlAllowed()
