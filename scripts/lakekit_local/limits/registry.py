"""Registry of limits by service and operation."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from lakekit_local.requests.registry import Call

Limit = Callable[[Call], None]
"""Raises `ServiceError` if a request exceeds the limit."""

EVERY = "*"
_limits: dict[tuple[str, str], list[Limit]] = {}


def limits(service: str, *operations: str) -> Callable[[Limit], Limit]:
    """Register a limit for operations of a service (botocore's names); `EVERY` for all."""

    def register(limit: Limit) -> Limit:
        for operation in operations:
            _limits.setdefault((service, operation), []).append(limit)
        return limit

    return register


def check_limits(call: Call) -> None:
    """Check a request against all limits.

    Raises:
        ServiceError: the request exceeds one.
    """
    for key in ((EVERY, EVERY), (call.service, call.operation)):
        for limit in _limits.get(key, ()):
            limit(call)


def load_limits() -> int:
    """Import every module of this folder and return the number of limited operations."""
    package = importlib.import_module("lakekit_local.limits")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return len(_limits)
