"""Report every construct that Python creates."""

import functools
from collections.abc import Callable
from typing import Any

from lakekit.bindings import hooks

_callbacks: list[Callable[[Any, list[Any]], None]] = []


def on_create(callback: Callable[[Any, list[Any]], None]) -> bool:
    """Call a function after each jsii object that Python creates from now on.

    Args:
        callback: receives the new object and its positional arguments, for a construct: scope, id and configuration.
            Registering it again has no effect.

    Returns:
        False when hooks are off (see `hooks`): the callback is never called then.
    """
    if not hooks.enabled("creation"):
        return False
    if not _callbacks:
        hooks.wrap("create", _reporting)
    if callback not in _callbacks:
        _callbacks.append(callback)
    return True


def _reporting(create: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(create)
    def create_and_report(klass: Any, obj: Any, args: list[Any] | None = None) -> Any:
        reference = create(klass, obj, args)
        for callback in _callbacks:
            callback(obj, args or [])
        return reference

    return create_and_report
