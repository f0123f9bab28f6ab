"""Sessions on the Snowflake account of an environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from lakekit.environment import Environment, SnowflakeSettings
from lakekit.errors import LakekitError
from lakekit_cli.output.console import echo_stderr
from lakekit_cli.snowflake.connection import is_connector_error, load_connector, resolve_connection, snowflake_settings


class Cursor(Protocol):
    """The part of a DB-API cursor that a session uses."""

    description: Any

    def execute(self, command: str) -> Any: ...

    def fetchall(self) -> Sequence[Any]: ...


class StatementError(LakekitError):
    """A statement failed."""


class Session:
    """Runs statements on an account.

    Args:
        cursor: Cursor of the connector.
        echo: Print each statement before it runs.
    """

    def __init__(self, cursor: Cursor, *, echo: bool) -> None:
        self._cursor = cursor
        self._echo = echo

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Run a statement; return its rows with lower-case column names.

        Raises:
            StatementError: The statement failed.
        """
        if self._echo:
            echo_stderr(f"> {statement}")
        try:
            self._cursor.execute(statement)
            names = [str(column[0]).lower() for column in self._cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
        except Exception as error:
            if not is_connector_error(error):
                raise
            raise StatementError(
                str(error).strip(),
                where=statement,
                fix="see Snowflake's message above; the usual causes are a missing privilege or a missing object",
            ) from error

    def rows_if_exists(self, statement: str) -> list[dict[str, Any]]:
        """Run a statement; return no rows if its object does not exist.

        Raises:
            StatementError: The statement failed for another reason.
        """
        try:
            return self.rows(statement)
        except StatementError as error:
            if "does not exist" in str(error):
                return []
            raise

    def exists(self, statement: str) -> bool:
        """Whether a statement returns rows; False if its object does not exist."""
        return bool(self.rows_if_exists(statement))


@contextmanager
def open_session(environment: Environment, connection: str | None, *, role: str, echo: bool) -> Iterator[Session]:
    """Open a session on the account of an environment.

    Args:
        environment: Environment of the account.
        connection: Section of connections.toml; `lakekit-<environment>` by default.
        role: Role of the session.
        echo: Print each statement before it runs.

    Raises:
        ToolError: The connector is not installed.
        LakekitError: The connection is invalid (`resolve_connection`), the log-in failed, or it is another account.
    """
    settings = snowflake_settings(environment)
    name = resolve_connection(environment, connection)
    try:
        live = load_connector().connect(
            connection_name=name,
            role=role,
            session_parameters={"QUERY_TAG": f'{{"environment": "{environment.name}", "stack": "lakekit"}}'},
        )
    except Exception as error:
        if not (is_connector_error(error) or isinstance(error, OSError | ValueError | TypeError)):
            raise
        raise LakekitError(
            f"log-in failed: {str(error).strip()}",
            where=f"connection {name}",
            fix="check account, user and key of the connection, and that allowed_networks contains this IP address",
        ) from error
    try:
        session = Session(live.cursor(), echo=echo)
        check_account(session, settings, name)
        yield session
    finally:
        live.close()


def check_account(session: Session, settings: SnowflakeSettings, connection: str) -> None:
    """Check that the session is on the environment's account.

    Raises:
        LakekitError: It is on another account.
    """
    (row,) = session.rows("SELECT CURRENT_ORGANIZATION_NAME() || '-' || CURRENT_ACCOUNT_NAME() AS ACCOUNT")
    if str(row["account"]).upper() != settings.account_identifier:
        raise LakekitError(
            f"connection {connection!r} is for account {row['account']}, but the environment uses "
            f"{settings.account_identifier}",
            fix="pass the connection of that account with --connection",
        )
