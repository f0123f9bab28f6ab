"""Select and validate a connection of the connector's connections.toml before connecting."""

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
from lakekit_policies.shared.regular_file import read_regular_bytes

STRONG_AUTHENTICATORS = (
    "SNOWFLAKE_JWT",
    "OAUTH",
    "OAUTH_CLIENT_CREDENTIALS",
    "OAUTH_AUTHORIZATION_CODE",
    "EXTERNALBROWSER",
)


def resolve_connection(environment: Environment, connection: str | None) -> str:
    """Return the name of the connection after all checks that need no account.

    Slow commands call this first, so that missing credentials are reported at once.

    Args:
        environment: Environment of the account.
        connection: Section of connections.toml; `lakekit-<environment>` by default.

    Raises:
        ToolError: The connector is not installed.
        LakekitError: The section does not exist, uses a password, or names an unreadable key or token file.
    """
    load_connector()
    name = connection or f"lakekit-{environment.name}"
    found = _connections()
    if name not in found:
        raise LakekitError(
            f"unknown connection {name!r}; known connections: {', '.join(sorted(found)) or 'none'}",
            where=_connections_file(),
            fix=f"add the section:\n\n{example_section(environment, name)}",
        )
    reject_password(name, found[name])
    check_key_files(name, found[name])
    return name


def reject_password(name: str, settings: Mapping[str, Any]) -> None:
    """Reject a connection that uses a password.

    Raises:
        LakekitError: It has a password, or its authenticator needs one.
    """
    authenticator = str(settings.get("authenticator", "SNOWFLAKE")).upper()
    if settings.get("password") or authenticator not in STRONG_AUTHENTICATORS:
        raise LakekitError(
            f"connection {name!r} logs in with {'a password' if settings.get('password') else authenticator}",
            where=_connections_file(),
            fix='set authenticator = "SNOWFLAKE_JWT" and private_key_file, or "OAUTH" and token_file_path',
        )


def check_key_files(name: str, settings: Mapping[str, Any]) -> None:
    """Check the key file and the token file of a connection.

    Raises:
        LakekitError: A file cannot be read, is not a private key, or `private_key_file_pwd` does not decrypt it.
    """
    for key in ("private_key_file", "token_file_path"):
        if settings.get(key):
            file = Path(str(settings[key])).expanduser()
            try:
                content = read_regular_bytes(file)
            except OSError as error:
                raise LakekitError(
                    f"{key} of connection {name!r} cannot be read: {error.strerror}",
                    where=str(file),
                    fix=f"set {key} in {_connections_file()} to a readable file",
                ) from error
            if key == "private_key_file":
                private_key(content, file, settings.get("private_key_file_pwd"), "private_key_file_pwd")


def snowflake_settings(environment: Environment) -> SnowflakeSettings:
    """Return the Snowflake settings of an environment.

    Raises:
        LakekitError: The environment has no `snowflake` section.
    """
    if environment.snowflake is None:
        raise LakekitError(
            f"{environment.name} has no Snowflake account",
            where=f"{environment.name}.yaml, key snowflake",
            fix="add a `snowflake` section",
        )
    return environment.snowflake


def example_section(environment: Environment, name: str) -> str:
    """Return an example section of connections.toml for an environment."""
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
    """Import the connector on the first call (half a second) and return its module.

    Raises:
        ToolError: The connector is not installed.
    """
    try:
        import snowflake.connector
    except ImportError as error:
        raise ToolError("the Snowflake connector is not installed", fix="pip install 'lakekit[snowflake]'") from error
    return snowflake.connector


def _connections() -> Mapping[str, Mapping[str, Any]]:
    """Return the sections of connections.toml; empty if there is no file.

    Raises:
        LakekitError: The file cannot be read or is not TOML.
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
            f"connections.toml cannot be read: {reason}",
            where=_connections_file(),
            fix="write TOML with one section per connection, such as [lakekit-dev], and file mode 0600",
        ) from error


def _connections_file() -> str:
    from snowflake.connector.constants import CONNECTIONS_FILE

    return str(CONNECTIONS_FILE)


def is_connector_error(error: BaseException) -> bool:
    """Whether an exception was raised by the connector."""
    return type(error).__module__.startswith("snowflake.connector")
