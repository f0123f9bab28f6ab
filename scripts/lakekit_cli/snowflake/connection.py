"""Which connection is used: a section of the connector's own file, looked through before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lakekit.environment import Environment, SnowflakeSettings
from lakekit.environment.snowflake import DEPLOYER
from lakekit.errors import LakekitError
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake.keys import private_key
from lakekit_cli.toolchain.errors import ToolError

STRONG_AUTHENTICATORS = (
    "SNOWFLAKE_JWT",
    "OAUTH",
    "OAUTH_CLIENT_CREDENTIALS",
    "OAUTH_AUTHORIZATION_CODE",
    "EXTERNALBROWSER",
)


def resolve_connection(environment: Environment, connection: str | None) -> str:
    """The name of the connection, once all that can be said of it without an account is in order.

    Commands that take their time ask this first, so that a person without credentials hears it in a second.

    Args:
        environment: whose account it leads to.
        connection: a section of connections.toml; `lakekit-<environment>` by default.

    Raises:
        ToolError: the connector is not installed.
        LakekitError: no such file or section, one with a password, or a key or token file that cannot be read.
    """
    load_connector()
    name = connection or f"lakekit-{environment.name}"
    found = _connections()
    if name not in found:
        raise LakekitError(
            f"there is no connection {name!r}; there are: {', '.join(sorted(found)) or 'none'}",
            where=_connections_file(),
            fix=f"add it:\n\n{example_section(environment, name)}",
        )
    reject_password(name, found[name])
    check_key_files(name, found[name])
    return name


def reject_password(name: str, settings: Mapping[str, Any]) -> None:
    """Refuse a connection with a password.

    Raises:
        LakekitError: it has one, or its authenticator wants one.
    """
    authenticator = str(settings.get("authenticator", "SNOWFLAKE")).upper()
    if settings.get("password") or authenticator not in STRONG_AUTHENTICATORS:
        raise LakekitError(
            f"connection {name!r} logs in with {'a password' if settings.get('password') else authenticator}",
            where=_connections_file(),
            fix='set authenticator = "SNOWFLAKE_JWT" and private_key_file, or "OAUTH" and token_file_path',
        )


def check_key_files(name: str, settings: Mapping[str, Any]) -> None:
    """Refuse a connection whose key or token file is not there, or is none.

    Raises:
        LakekitError: it cannot be read; for a key also another passphrase than `private_key_file_pwd`.
    """
    for key in ("private_key_file", "token_file_path"):
        if settings.get(key):
            file = Path(str(settings[key])).expanduser()
            try:
                content = file.read_bytes()
            except OSError as error:
                raise LakekitError(
                    f"no log-in: {key} of connection {name!r} cannot be read: {error.strerror}",
                    where=str(file),
                    fix=f"set {key} in {_connections_file()} to a file that you can read",
                ) from error
            if key == "private_key_file":
                private_key(content, file, settings.get("private_key_file_pwd"), "private_key_file_pwd")


def snowflake_settings(environment: Environment) -> SnowflakeSettings:
    """The Snowflake settings of an environment.

    Raises:
        LakekitError: it has none.
    """
    if environment.snowflake is None:
        raise LakekitError(
            f"{environment.name} has no Snowflake account", fix=f"add a `snowflake` section to {environment.name}.yaml"
        )
    return environment.snowflake


def example_section(environment: Environment, name: str) -> str:
    """The section of connections.toml that an environment needs."""
    settings = snowflake_settings(environment)
    return "\n".join(
        (
            f"[{name}]",
            f'account = "{settings.account_identifier}"',
            f'user = "{SnowflakeNames(environment.names).service_user(DEPLOYER)}"',
            'authenticator = "SNOWFLAKE_JWT"',
            'private_key_file = "/path/to/rsa_key.p8"',
        )
    )


def load_connector() -> Any:
    """The connector's module, imported when it is first needed: that takes half a second.

    Raises:
        ToolError: it is not installed.
    """
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
        if not is_connector_error(error) and not isinstance(error, OSError | ValueError | TypeError | AttributeError):
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


def is_connector_error(error: BaseException) -> bool:
    """Whether an error is one of the connector's own."""
    return type(error).__module__.startswith("snowflake.connector")
