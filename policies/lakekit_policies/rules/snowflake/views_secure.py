from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_callees import undeclared
from lakekit_policies.rules._shared.snowflake_protection import declared_tables, protected_containers, protected_tables
from lakekit_policies.rules._shared.snowflake_values import is_true, unquoted
from lakekit_policies.terraform.blocks import Block

_COPIES = ("snowflake_dynamic_table", "snowflake_cortex_search_service", "snowflake_materialized_view")
_SCRIPTS = {
    "snowflake_alert": ("action",),
    "snowflake_procedure_sql": ("procedure_definition",),
    "snowflake_task": ("sql_statement",),
}
_WITH_QUERY = ("snowflake_dynamic_table", "snowflake_cortex_search_service")


class ViewsSecure(Rule):
    id = "LK_SF_41"
    title = "Views are secure, and copies of protected tables do not drop the protection"
    severity = "high"
    rationale = (
        "A view reads with the rights of its owner. Without SECURE, the optimizer may evaluate functions of the caller "
        "before the view's filter, and the definition is visible. A dynamic table, materialized view or search "
        "service made from a table with a masking or row access policy is a copy without it, and so is what a task or "
        "procedure writes. A search service serves its rows to every role that may use it."
    )
    remedy = (
        'Set `is_secure = "true"`; query protected tables directly, or attach the row access policy to the copy '
        "before it is granted."
    )
    reference = "https://docs.snowflake.com/en/user-guide/views-secure"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "AC-4"], "soc2": ["CC6.1", "C1.1"]}
    resources = ("snowflake_view", *_COPIES, *_SCRIPTS)

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type in _SCRIPTS:
            for name in _SCRIPTS[self.entity_type]:
                for target, tables in sql.script_copies(str(block.get(name) or "")):
                    if target[-1] not in protected_tables(self.peers):
                        yield from self._unprotected(block, tables, target[:-1])
            return
        name = "query" if self.entity_type in _WITH_QUERY else "statement"
        tables, found = sql.query_tables(str(block.get(name) or ""))
        yield from (f"{name} {problem}" for problem in found)
        if self.entity_type not in _WITH_QUERY and not is_true(block.get("is_secure")):
            yield "is_secure is not true"
        if is_true(block.get("copy_grants")) and is_true(block.get("or_replace")):
            yield "or_replace with copy_grants keeps grants for another definition"
        if self.entity_type in _COPIES or self._reads_protected(tables):
            yield from undeclared(self.peers, name, str(block.get(name) or ""))
        if self.entity_type in _COPIES:
            yield from self._unprotected(block, tables, ())
        if self.entity_type == "snowflake_cortex_search_service":
            # Its rows are served to every role with USAGE, by the rights of its owner.
            for table in sorted(one for one in tables if one[-1] not in declared_tables(self.peers)):
                yield f"query reads {'.'.join(table)}, which is not in this configuration: its policies are not known"

    def _reads_protected(self, tables: Iterable[tuple[str, ...]]) -> bool:
        return any(table[-1] in protected_tables(self.peers) for table in tables) or bool(
            protected_containers(self.peers)
        )

    def _unprotected(
        self, block: Block, tables: Iterable[tuple[str, ...]], container: tuple[str, ...]
    ) -> Iterable[str]:
        """Messages on protected tables whose copy, in a schema or that of the resource, is not protected."""
        here = [unquoted(block.get("database")), unquoted(block.get("schema"))]
        own = [*here[: 2 - len(container)], *container]
        named, inherited = protected_tables(self.peers), protected_containers(self.peers)
        for table in sorted(tables):
            source = [*here[: 3 - len(table)], *table][:2]
            if table[-1] in named:
                yield f"{table[-1]} has a row access or masking policy, or a high classification; the copy has none"
            elif _is_below(source, inherited) and not _is_below(own, inherited):
                yield f"{'.'.join(table)} inherits a masking policy or a high classification; the copy has none"


def _is_below(schema: list[str], containers: set[tuple[str, ...]]) -> bool:
    return bool({tuple(schema[:1]), tuple(schema)} & containers)


check = ViewsSecure()
