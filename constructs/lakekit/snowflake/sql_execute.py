"""SQL statements for objects that no version in the provider's range supports as a resource."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.resources import create_resource

_READS: Final = re.compile(r"\s*(SHOW|DESCRIBE|DESC|SELECT|WITH)\b", re.IGNORECASE)
_REPLACES: Final = re.compile(r"\bCREATE\s+OR\s+REPLACE\b", re.IGNORECASE)
_SECRET: Final = re.compile(
    r"\b(PASSWORD|SECRET(_KEY)?|AWS_KEY_ID|AWS_SECRET_KEY|AWS_TOKEN|PRIVATE_KEY|OAUTH_CLIENT_SECRET)\s*=", re.IGNORECASE
)


class SqlExecute(Construct):
    """An object that one SQL statement creates, one drops, and one queries.

    `snowflake_execute` hides errors of its query and detects no drift. All three statements are therefore required, and
    `lakekit snowflake verify` runs each probe: no row means drift.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        execute: the statement that creates the object; it must not replace an existing one (`CREATE … IF NOT EXISTS`).
        revert: the statement that drops it; it must not fail if the object is gone (`DROP … IF EXISTS`).
        probe: a read-only statement that returns at least one row while the object exists.
        role: the administrative role that runs them.
        depends_on: resources that are created first.

    Attributes:
        resource: the `snowflake_execute`.

    Raises:
        ConstructError: a statement is missing, the probe is not read-only, `CREATE OR REPLACE` (it drops grants and
            data), a secret in a statement, or several statements in one.
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
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        for what, statement in (("execute", execute), ("revert", revert), ("probe", probe)):
            if not statement.strip():
                raise ConstructError(self, f"{what} is empty", fix="pass execute, revert and probe, one statement each")
            if ";" in re.sub(r"'(?:[^'\\]|\\.|'')*'", "", statement):
                raise ConstructError(self, f"{what} holds more than one statement", fix="use one SqlExecute for each")
            if _SECRET.search(statement):
                raise ConstructError(
                    self,
                    f"{what} holds a secret, which would stay in state and query history",
                    fix="use a resource with a write-only argument",
                )
        if _REPLACES.search(execute):
            raise ConstructError(
                self,
                "execute is CREATE OR REPLACE, which drops data, grants and policies",
                fix="use CREATE … IF NOT EXISTS",
            )
        if not _READS.match(probe):
            raise ConstructError(
                self, f"probe is not read-only: {probe.split(maxsplit=1)[0]}", fix="use SHOW, DESCRIBE or SELECT"
            )
        self.resource: Final = create_resource(
            self,
            "Sql",
            snowflake.execute.Execute,
            execute=execute,
            revert=revert,
            query=probe,
            role=role,
            depends_on=depends_on,
        )

    def result(self, key: str, value: str, expected: str) -> str:
        """A Terraform expression for column `value` of the probe's row whose column `key` is `expected`.

        Without such a row the apply fails at this expression.
        """
        rows = f"{self.resource.terraform_resource_type}.{self.resource.friendly_unique_id}.query_results"
        return "${[for row in " + rows + f' : row["{value}"] if row["{key}"] == "{expected}"][0]' + "}"
