"""Show the signature of a construct in `help()` and `inspect.signature`.

jsii's metaclass defines `__call__(*args, **kwargs)`, which Python reports as the signature of every class.
"""

import inspect
from typing import Final

from lakekit.bindings import hooks


def install(metaclass: type) -> None:
    """Give classes of a metaclass the signature of their `__init__`, without `self`.

    Args:
        metaclass: jsii's metaclass, the type of `Construct`.
    """
    if hooks.enabled("signatures"):
        metaclass.__signature__ = _SIGNATURE  # type: ignore[attr-defined]


def _signature(construct: type) -> inspect.Signature:
    found = inspect.signature(construct.__init__)  # type: ignore[misc]
    return found.replace(parameters=list(found.parameters.values())[1:])


_SIGNATURE: Final = property(_signature)
