"""Handlers of our own: what the local cloud answers itself, by service and operation.

A handler is a function of one :class:`Call` that returns the operation's output as botocore's model names it
(``None`` for an empty answer) or raises :class:`ServiceError`. Adding a service is one file of such functions in
``services/``: the wire format (JSON, REST-JSON, query, REST-XML, timestamps, errors) comes from the model.

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
    """An error answer of a service.

    ``code`` is the error's name in the service's model (``EntityNotFoundException``); ``status`` is needed only
    where the model does not state one (S3 models almost no errors).
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class RawResponse:
    """An answer already on the wire: what moto said, or bytes of our own."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def ok(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300


@dataclass
class Call:
    """One request, parsed: who asks what of which service."""

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

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or the default when it was not sent."""
        value = self.params.get(name)
        return default if value is None else value

    def forward_to_moto(self) -> RawResponse:
        """Let moto answer the same request; a handler may then add to what moto did."""
        return self.forward()

    def table(self, kind: str, missing: str = "ResourceNotFoundException", exists: str | None = None) -> Table:
        """The records of one kind in this account and region."""

        def absent(key: str) -> Exception:
            return ServiceError(missing, f"{kind} {key} was not found.")

        def present(key: str) -> Exception:
            return ServiceError(exists or "ConflictException", f"{kind} {key} already exists.")

        return self.store.table((self.account, self.region, self.service, kind), absent, present)

    @property
    def tags(self) -> Tags:
        """The tags of this service's resources in this account and region, by ARN."""
        return self.store.tags((self.account, self.region, self.service, "tags"))

    def arn(self, resource: str, *, service: str | None = None, region: str | None = None) -> str:
        """The ARN of a resource of the called service (``region=""`` for global ones)."""
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service or self.service}:{place}:{self.account}:{resource}"

    def pick(self, *names: str) -> dict[str, Any]:
        """Those of the named parameters that were sent."""
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
    """Our handler, or None when the operation is left to moto."""
    return _handlers.get((service, operation))


def load_handlers() -> int:
    """Import every file of ``services/`` and return the number of operations answered by us."""
    package = importlib.import_module("lakekit_local.services")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return len(_handlers)


def now() -> datetime:
    """The current time in UTC without microseconds (AWS sends whole seconds)."""
    return datetime.now(UTC).replace(microsecond=0)


def new_id() -> str:
    """A random id in the usual form."""
    return str(uuid.uuid4())
