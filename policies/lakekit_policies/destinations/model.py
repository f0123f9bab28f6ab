"""A destination: something that an argument names and that can be outside of the trust boundary."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a destination is, as messages name it."""

    ACCOUNT = "account"
    ARN = "resource"
    BUCKET = "bucket"
    HOST = "host"
    MAIL = "mail address"
    ACCOUNT_OF_MAIL = "AWS account with the mail address"
    """An account that gets access, named by the mail address of its root user."""
    PHONE = "phone number"
    IMAGE = "image"
    CANONICAL_USER = "canonical user"
    SNOWFLAKE_ACCOUNT = "Snowflake account"
    ENDPOINT_SERVICE = "endpoint service"
    CONNECTION = "connection"
    """A connection that another account has requested."""
    EVERYBODY = "everybody"
    EXPRESSION = "value"
    """A value that only Terraform knows, in an argument that is a destination."""


class Use(StrEnum):
    """What the argument does with it."""

    DATA = "data"
    """Data, events or logs go there."""
    CODE = "code"
    """Code, libraries or images come from there."""
    ACCESS = "access"
    """Access is granted to it."""
    KEY = "key"
    """Data is encrypted with it."""
    ROLE = "role"
    """A service assumes it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One destination in an argument."""

    kind: Kind
    value: str
    path: str
    """Argument that names it: ``rule.destination.bucket``."""
    use: Use
    references: tuple[str, ...] = ()
    """For an expression, what it refers to."""
    is_certain: bool = True
    """False for an account id or a host name in free text, which can also be another number or name."""
