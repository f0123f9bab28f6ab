"""A session on an account: through the connector's own configuration file, with a key pair or OAuth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from lakekit.environment import Environment, WarehouseSettings
from lakekit.errors import LakekitError
from lakekit.warehouse.names import DEPLOYER, SnowflakeNames
from lakekit_cli.console import note
from lakekit_cli.toolchain.errors import ToolError

STRONG = ("SNOWFLAKE_JWT", "OAUTH", "OAUTH_CLIENT_CREDENTIALS", "OAUTH_AUTHORIZATION_CODE", "EXTERNALBROWSER")


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
            if not _of_connector(error):
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
        LakekitError: no such connection, one with a password, no log-in, or another account.
    """
    settings = warehouse_of(environment)
    name = connection or f"lakekit-{environment.name}"
    connector = _connector()
    found = _connections()
    if name not in found:
        raise LakekitError(
            f"there is no connection {name!r}; there are: {', '.join(sorted(found)) or 'none'}",
            where=_connections_file(),
            fix=f"add it:\n\n{example(environment, name)}",
        )
    check_strong(name, found[name])
    try:
        live = connector.connect(
            connection_name=name,
            role=role,
            session_parameters={"QUERY_TAG": f'{{"environment": "{environment.name}", "stack": "lakekit"}}'},
        )
    except Exception as error:
        if not (_of_connector(error) or isinstance(error, OSError | ValueError | TypeError)):
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


def check_strong(name: str, settings: Mapping[str, Any]) -> None:
    """Refuse a connection with a password.

    Raises:
        LakekitError: it has one, or its authenticator wants one.
    """
    authenticator = str(settings.get("authenticator", "SNOWFLAKE")).upper()
    if settings.get("password") or authenticator not in STRONG:
        raise LakekitError(
            f"connection {name!r} logs in with {'a password' if settings.get('password') else authenticator}",
            where=_connections_file(),
            fix='set authenticator = "SNOWFLAKE_JWT" and private_key_file, or "OAUTH" and token_file_path',
        )


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


def warehouse_of(environment: Environment) -> WarehouseSettings:
    """The Snowflake settings of an environment.

    Raises:
        LakekitError: it has none.
    """
    if environment.warehouse is None:
        raise LakekitError(
            f"{environment.name} has no Snowflake account", fix=f"add a `warehouse` section to {environment.name}.yaml"
        )
    return environment.warehouse


def example(environment: Environment, name: str) -> str:
    """The section of connections.toml that an environment needs."""
    settings = warehouse_of(environment)
    return "\n".join(
        (
            f"[{name}]",
            f'account = "{settings.account_identifier}"',
            f'user = "{SnowflakeNames(environment.names).service_user(DEPLOYER)}"',
            'authenticator = "SNOWFLAKE_JWT"',
            'private_key_file = "/path/to/rsa_key.p8"',
        )
    )


def _connector() -> Any:
    try:
        import snowflake.connector
    except ImportError as error:
        raise ToolError("the Snowflake connector is not installed", fix="pip install 'lakekit[snowflake]'") from error
    return snowflake.connector


def _connections() -> Mapping[str, Mapping[str, Any]]:
    """The sections of the connector's file; none where there is no file.

    Raises:
        LakekitError: the file cannot be read, or is no TOML.
    """
    from snowflake.connector.config_manager import CONFIG_MANAGER
    from snowflake.connector.errors import MissingConfigOptionError

    try:
        found: Any = CONFIG_MANAGER["connections"]
        return {str(name): dict(section) for name, section in found.items()}
    except MissingConfigOptionError:
        return {}
    except Exception as error:
        if not _of_connector(error) and not isinstance(error, OSError | ValueError | TypeError | AttributeError):
            raise
        reason = str(error.__cause__ or error).strip()
        raise LakekitError(
            f"it cannot be read: {reason}",
            where=_connections_file(),
            fix="write it in TOML, each connection a section such as [lakekit-dev], readable by you alone",
        ) from error


def _connections_file() -> str:
    from snowflake.connector.constants import CONNECTIONS_FILE

    return str(CONNECTIONS_FILE)


def _of_connector(error: BaseException) -> bool:
    return type(error).__module__.startswith("snowflake.connector")
