"""A session on an account: through the connector's own configuration file, with a key pair or OAuth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from lakekit.environment import Environment, SnowflakeSettings
from lakekit.errors import LakekitError
from lakekit_cli.output.console import echo_stderr
from lakekit_cli.snowflake.connection import is_connector_error, load_connector, resolve_connection, snowflake_settings


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
        echo: print each statement before it runs.
    """

    def __init__(self, cursor: Cursor, *, echo: bool) -> None:
        self._cursor = cursor
        self._echo = echo

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Run a statement; its rows by column name in lower case.

        Raises:
            StatementError: the account refused it.
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
                fix="the message is Snowflake's: mostly a role that may not, or an object that is not there",
            ) from error

    def rows_if_exists(self, statement: str) -> list[dict[str, Any]]:
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

    def exists(self, statement: str) -> bool:
        """Whether a statement that looks for something finds it; what does not exist is not there."""
        return bool(self.rows_if_exists(statement))


@contextmanager
def open_session(environment: Environment, connection: str | None, *, role: str, echo: bool) -> Iterator[Session]:
    """A session on the environment's account, and on no other.

    Args:
        environment: names the account.
        connection: a section of connections.toml; `lakekit-<environment>` by default.
        role: the role to use.
        echo: print each statement before it runs.

    Raises:
        ToolError: the connector is not installed.
        LakekitError: the connection cannot be used (`resolve_connection`), no log-in, or another account.
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
            f"no log-in: {str(error).strip()}",
            where=f"connection {name}",
            fix="check account, user and key of the connection, and that this address is in allowed_networks",
        ) from error
    try:
        session = Session(live.cursor(), echo=echo)
        check_account(session, settings, name)
        yield session
    finally:
        live.close()


def check_account(session: Session, settings: SnowflakeSettings, connection: str) -> None:
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
