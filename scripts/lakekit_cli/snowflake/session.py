"""A session on an account: through the connector's own configuration file, with a key pair or OAuth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from lakekit.environment import Environment, WarehouseSettings
from lakekit.errors import LakekitError
from lakekit_cli.console import note
from lakekit_cli.snowflake.connection import configured, connector, of_connector, warehouse_of


class Cursor(Protocol):
    """What is needed of a DB-API cursor."""

    description: Any

    def execute(self, command: str) -> Any: ...

    def fetchall(self) -> Sequence[Any]: ...


class StatementError(LakekitError):
    """The account refused a statement."""


class Session:
    """Runs statements, one after the other, and says so before each.

    Args:
        cursor: the connector's cursor.
        says: print each statement before it runs.
    """

    def __init__(self, cursor: Cursor, *, says: bool) -> None:
        self._cursor = cursor
        self._says = says

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Run a statement; its rows by column name in lower case.

        Raises:
            StatementError: the account refused it.
        """
        if self._says:
            note(f"> {statement}")
        try:
            self._cursor.execute(statement)
            names = [str(column[0]).lower() for column in self._cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
        except Exception as error:
            if not of_connector(error):
                raise
            raise StatementError(
                str(error).strip(),
                where=statement,
                fix="the message is Snowflake's: mostly a role that may not, or an object that is not there",
            ) from error

    def present(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a statement on something; none where it does not exist.

        Raises:
            StatementError: the account refused it for another reason.
        """
        try:
            return self.rows(statement)
        except StatementError as error:
            if "does not exist" in str(error):
                return []
            raise

    def has(self, statement: str) -> bool:
        """Whether a statement that looks for something finds it; what does not exist is not there."""
        return bool(self.present(statement))


@contextmanager
def connected(environment: Environment, connection: str | None, *, role: str, says: bool) -> Iterator[Session]:
    """A session on the environment's account, and on no other.

    Args:
        environment: names the account.
        connection: a section of connections.toml; `lakekit-<environment>` by default.
        role: the role to use.
        says: print each statement before it runs.

    Raises:
        ToolError: the connector is not installed.
        LakekitError: the connection cannot be used (`configured`), no log-in, or another account.
    """
    settings = warehouse_of(environment)
    name = configured(environment, connection)
    try:
        live = connector().connect(
            connection_name=name,
            role=role,
            session_parameters={"QUERY_TAG": f'{{"environment": "{environment.name}", "stack": "lakekit"}}'},
        )
    except Exception as error:
        if not (of_connector(error) or isinstance(error, OSError | ValueError | TypeError)):
            raise
        raise LakekitError(
            f"no log-in: {str(error).strip()}",
            where=f"connection {name}",
            fix="check account, user and key of the connection, and that this address is in allowed_networks",
        ) from error
    try:
        session = Session(live.cursor(), says=says)
        check_account(session, settings, name)
        yield session
    finally:
        live.close()


def check_account(session: Session, settings: WarehouseSettings, connection: str) -> None:
    """Refuse another account than the environment's.

    Raises:
        LakekitError: it is another.
    """
    (row,) = session.rows("SELECT CURRENT_ORGANIZATION_NAME() || '-' || CURRENT_ACCOUNT_NAME() AS ACCOUNT")
    if str(row["account"]).upper() != settings.account_identifier:
        raise LakekitError(
            f"connection {connection!r} leads to {row['account']}, and the environment is on "
            f"{settings.account_identifier}",
            fix="name the right connection with --connection",
        )
