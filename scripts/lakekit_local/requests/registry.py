"""Registry of the handlers with which the local cloud extends moto, by service and operation.

A handler is a function of one :class:`Call` that returns the operation's output with the names of botocore's model
(``None`` for an empty response) or raises :class:`ServiceError`. To add a service, add a module of handlers to
``services/``; the wire format (JSON, REST-JSON, query, REST-XML, timestamps, errors) comes from the model.

>>> @handles("athena", "ListTagsForResource")          # doctest: +SKIP
... def list_tags(call):
...     return {"Tags": call.tags.as_list(call["ResourceARN"])}
"""

from __future__ import annotations

import importlib
import pkgutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lakekit_local.requests.store import Store, Table, Tags


class ServiceError(Exception):
    """An error response of a service.

    ``code`` is the error name in the service's model (``EntityNotFoundException``). ``status`` is needed only if the
    model defines none (S3 models almost no errors).
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class RawResponse:
    """A serialized HTTP response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


@dataclass
class Call:
    """A parsed request."""

    service: str
    operation: str
    account: str
    region: str
    partition: str
    params: dict[str, Any]
    store: Store
    forward: Callable[[], RawResponse]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    query: str = ""
    access_key: str = ""
    identity: Any = None
    """The caller: `lakekit_local.authorization.callers.Identity`."""
    denials: list[Any] = field(default_factory=list)
    """What a handler has found denied, for the log: `lakekit_local.authorization.denials.Denial`."""

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default if it was not sent."""
        value = self.params.get(name)
        return default if value is None else value

    def forward_to_moto(self) -> RawResponse:
        """Forward the request to moto and return its response."""
        return self.forward()

    def table(self, kind: str, missing: str = "ResourceNotFoundException", exists: str | None = None) -> Table:
        """Return the records of one kind of the called service in this account and region.

        Args:
            kind: Kind of record.
            missing: Error code for an unknown key.
            exists: Error code for an existing key.
        """
        return self.table_of(self.service, kind, missing, exists)

    def table_of(
        self, service: str, kind: str, missing: str = "ResourceNotFoundException", exists: str | None = None
    ) -> Table:
        """Return the records of one kind of any service in this account and region; arguments as in :meth:`table`."""

        def not_found(key: str) -> Exception:
            return ServiceError(missing, f"{kind} {key} was not found.")

        def already_exists(key: str) -> Exception:
            return ServiceError(exists or "ConflictException", f"{kind} {key} already exists.")

        return self.store.table((self.account, self.region, service, kind), not_found, already_exists)

    @property
    def tags(self) -> Tags:
        """Tags of the service's resources in this account and region, by ARN."""
        return self.store.tags((self.account, self.region, self.service, "tags"))

    def arn(self, resource: str, *, service: str | None = None, region: str | None = None) -> str:
        """Return the ARN of a resource of the called service (``region=""`` for global resources)."""
        arn_region = self.region if region is None else region
        return f"arn:{self.partition}:{service or self.service}:{arn_region}:{self.account}:{resource}"

    def pick(self, *names: str) -> dict[str, Any]:
        """Return those of the named parameters that were sent."""
        return {name: self.params[name] for name in names if self.params.get(name) is not None}


Handler = Callable[[Call], Mapping[str, Any] | RawResponse | None]

_handlers: dict[tuple[str, str], Handler] = {}


def handles(service: str, *operations: str) -> Callable[[Handler], Handler]:
    """Register a handler for one or more operations of a service (botocore's names)."""

    def register(handler: Handler) -> Handler:
        for operation in operations:
            if (service, operation) in _handlers:
                raise ValueError(f"Two handlers for {service}:{operation}")
            _handlers[service, operation] = handler
        return handler

    return register


def handler_for(service: str, operation: str) -> Handler | None:
    """Return the handler of an operation, or None if moto handles it."""
    return _handlers.get((service, operation))


def load_handlers() -> int:
    """Import every module of ``services/`` and return the number of registered operations."""
    package = importlib.import_module("lakekit_local.services")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return len(_handlers)


def now() -> datetime:
    """Return the current time in UTC in whole seconds, as AWS does."""
    return datetime.now(UTC).replace(microsecond=0)


def new_id() -> str:
    """Return a random UUID."""
    return str(uuid.uuid4())
