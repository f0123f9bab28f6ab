"""The one place where plain SQL makes something: for what no version in the provider's range has a resource."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.snowflake.stack import Administrator, create_resource

_READS: Final = re.compile(r"\s*(SHOW|DESCRIBE|DESC|SELECT|WITH)\b", re.IGNORECASE)
_REPLACES: Final = re.compile(r"\bCREATE\s+OR\s+REPLACE\b", re.IGNORECASE)
_SECRET: Final = re.compile(
    r"\b(PASSWORD|SECRET(_KEY)?|AWS_KEY_ID|AWS_SECRET_KEY|AWS_TOKEN|PRIVATE_KEY|OAUTH_CLIENT_SECRET)\s*=", re.IGNORECASE
)


class SqlExecute(Construct):
    """Something that SQL makes, SQL takes back, and SQL can look at.

    `snowflake_execute` hides what its query fails with and detects no drift; so all three statements are
    demanded, and `lakekit snowflake verify` runs each probe: one that returns no row is drift.

    Args:
        scope: where it stands.
        id: PascalCase id.
        execute: the statement that makes it; must not replace what is there (`CREATE … IF NOT EXISTS`).
        revert: the statement that takes it back; must not fail when it is gone (`DROP … IF EXISTS`).
        probe: a statement that only reads and returns at least one row while the object is there.
        role: which administrative role runs them.
        after: resources that have to exist first.

    Attributes:
        resource: the `snowflake_execute`.

    Raises:
        ConstructError: a statement is missing, the probe does not just read, `CREATE OR REPLACE` (it drops
            grants and data), a secret in a statement, or several statements in one.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        execute: str,
        revert: str,
        probe: str,
        role: Administrator = Administrator.OBJECTS,
        after: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id)
        for what, statement in (("execute", execute), ("revert", revert), ("probe", probe)):
            if not statement.strip():
                raise ConstructError(self, f"{what} is empty", fix="give execute, revert and probe, each one statement")
            if ";" in re.sub(r"'(?:[^'\\]|\\.|'')*'", "", statement):
                raise ConstructError(self, f"{what} holds more than one statement", fix="use one SqlExecute for each")
            if _SECRET.search(statement):
                raise ConstructError(self, f"{what} holds a secret, which would stay in state and query history")
        if _REPLACES.search(execute):
            raise ConstructError(
                self,
                "execute is CREATE OR REPLACE, which drops data, grants and policies",
                fix="write CREATE … IF NOT EXISTS",
            )
        if not _READS.match(probe):
            raise ConstructError(
                self, f"probe does not only read: {probe.split(maxsplit=1)[0]}", fix="use SHOW, DESCRIBE or SELECT"
            )
        self.resource: Final[Any] = create_resource(
            self, "Sql", snowflake.execute.Execute, execute=execute, revert=revert, query=probe, role=role, after=after
        )

    def result(self, key: str, value: str, wanted: str) -> str:
        """A Terraform expression: in the probe's rows, what column `value` says where column `key` is `wanted`.

        With no such row the apply fails at this expression, instead of going on with nothing.
        """
        rows = f"{self.resource.terraform_resource_type}.{self.resource.friendly_unique_id}.query_results"
        return "${[for row in " + rows + f' : row["{value}"] if row["{key}"] == "{wanted}"][0]' + "}"
