"""Read a trust boundary from JSON or YAML data: stack metadata, a file, options."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from lakekit_policies.boundary import arns
from lakekit_policies.boundary.action_kinds import ACTION_KINDS, is_action_kind
from lakekit_policies.boundary.model import TrustBoundary
from lakekit_policies.errors import GateError
from lakekit_policies.shared.regular_file import read_regular_text

CODE: Final = "trust_boundary"
_ORGANIZATION: Final = re.compile(r"o-[a-z0-9]{10,32}")


def from_dict(data: Any, where: str) -> TrustBoundary:
    """A stated boundary.

    Args:
        data: an object with the keys of :class:`TrustBoundary`.
        where: what the object is, for messages.

    Raises:
        GateError: a key is unknown, or a value is not of its form (code ``trust_boundary``).
    """
    if not isinstance(data, Mapping):
        raise _error(where, "an object", data)
    known = {entry.name for entry in fields(TrustBoundary)} - {"stated"}
    if unknown := sorted(set(map(str, data)) - known):
        raise GateError(
            CODE, f"{where}: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(known))}. Correct them."
        )
    values: dict[str, Any] = {
        name: (_READERS.get(name) or _texts)(value, f"{where}.{name}") for name, value in data.items()
    }
    return TrustBoundary(**values, stated=True)


def read_file(file: Path) -> TrustBoundary:
    """The boundary of a YAML or JSON file; of an environment file, the key ``trust_boundary`` with its account.

    Raises:
        GateError: the file cannot be read or is not a boundary (code ``trust_boundary``).
    """
    from lakekit_policies.shared.yaml_text import YamlProblemError, parse_yaml  # noqa: PLC0415  # most read no file

    try:
        _, data = parse_yaml(read_regular_text(file))
    except YamlProblemError as error:
        raise GateError(CODE, f"{error.where(file)}: {error.problem}. Give a YAML or JSON file.") from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise GateError(CODE, f"{file}: cannot be read: {reason}. Give a YAML or JSON file.") from error
    if isinstance(data, Mapping) and isinstance(data.get("account_id"), str):
        stated = from_dict(data.get("trust_boundary") or {}, f"{file}: trust_boundary")
        return with_account(stated, data["account_id"], "the account of the environment")
    return from_dict(data, str(file))


def with_account(boundary: TrustBoundary, account: str, reason: str) -> TrustBoundary:
    """A stated boundary with one more account."""
    accounts = MappingProxyType({account: reason, **boundary.accounts})
    return replace(boundary, accounts=accounts, stated=True)


def _error(where: str, expected: str, given: Any) -> GateError:
    return GateError(CODE, f"{where}: expected {expected}, got {given!r}. Correct the trust boundary.")


def _accounts(value: Any, where: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise _error(where, "an object of account ids with a reason each", value)
    for account, reason in value.items():
        if not isinstance(account, str) or not arns.is_account(account):
            raise _error(where, "account ids of 12 digits in quotes", account)
        if not isinstance(reason, str) or not reason.strip():
            raise _error(f"{where}.{account}", "the reason why the account is trusted", reason)
    return MappingProxyType(dict(value))


def _actions(value: Any, where: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise _error(where, "an object of kinds with a reason each", value)
    for kind, reason in value.items():
        if not isinstance(kind, str) or not is_action_kind(kind):
            raise _error(where, f"provider_<name> or one of {', '.join(ACTION_KINDS)}", kind)
        if not isinstance(reason, str) or not reason.strip():
            raise _error(f"{where}.{kind}", "the reason why the action is allowed", reason)
    return MappingProxyType(dict(value))


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item.strip("*? ") for item in value):
        raise _error(where, "a list of strings that are not only wildcards", value)
    return tuple(value)


def _organizations(value: Any, where: str) -> tuple[str, ...]:
    for item in (found := _texts(value, where)):
        if not _ORGANIZATION.fullmatch(item):
            raise _error(where, "ids such as o-a1b2c3d4e5", item)
    return found


def _networks(value: Any, where: str) -> tuple[str, ...]:
    for item in (found := _texts(value, where)):
        try:
            ipaddress.ip_network(item)
        except ValueError:
            raise _error(where, "address ranges such as 203.0.113.0/24", item) from None
    return found


def _subjects(value: Any, where: str) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping) or not all(isinstance(host, str) for host in value):
        raise _error(where, "an object of provider hosts with a list of subjects each", value)
    return MappingProxyType({host: _texts(patterns, f"{where}.{host}") for host, patterns in value.items()})


def _lower(value: Any, where: str) -> tuple[str, ...]:
    return tuple(item.lower() for item in _texts(value, where))


def _snowflake(value: Any, where: str) -> tuple[str, ...]:
    return tuple(item.upper().replace("-", ".") for item in _texts(value, where))


_READERS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "accounts": _accounts,
    "allowed_actions": _actions,
    "organizations": _organizations,
    "oidc_subjects": _subjects,
    "networks": _networks,
    "mail_domains": _lower,
    "hosts": _lower,
    "snowflake_accounts": _snowflake,
}
