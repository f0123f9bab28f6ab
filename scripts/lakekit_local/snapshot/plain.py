"""Check that data of a snapshot consists of built-in types, whose methods run no code of a restored class."""

from __future__ import annotations

import collections
import datetime
import decimal
import uuid
from typing import Any, Final

from lakekit_local.snapshot.allowed import FACTORY_TYPES
from lakekit_local.snapshot.errors import InvalidContentError

_SCALARS: Final = frozenset(
    {str, int, float, bool, type(None), bytes, datetime.datetime, datetime.date, datetime.timedelta, decimal.Decimal,
     uuid.UUID}
)  # fmt: skip
_MAPPINGS: Final = frozenset({dict, collections.OrderedDict, collections.Counter, collections.defaultdict})
_SEQUENCES: Final = frozenset({list, tuple, set, frozenset, collections.deque})
_FACTORIES: Final = frozenset(FACTORY_TYPES.values())


def require_plain(content: Any, what: str) -> None:
    """Check a value and all that it contains.

    Args:
        content: the value.
        what: what it is, for the message.

    Raises:
        InvalidContentError: It contains an object of another type.
    """
    pending, seen = [content], set()
    while pending:
        value = pending.pop()
        kind = type(value)
        if kind in _SCALARS or id(value) in seen:
            continue
        seen.add(id(value))
        if kind in _MAPPINGS:
            if kind is collections.defaultdict and value.default_factory not in {None, *_FACTORIES}:
                raise InvalidContentError(f"{what} contains a dictionary with another default")
            pending.extend(value.keys())
            pending.extend(value.values())
        elif kind in _SEQUENCES:
            pending.extend(value)
        else:
            raise InvalidContentError(f"{what} contains an object of type {kind.__qualname__}")


def require_dictionary(content: Any, what: str) -> dict[str, Any]:
    """Return a value that is a dictionary with text keys.

    Args:
        content: the value.
        what: what it is, for the message.

    Raises:
        InvalidContentError: It is something else.
    """
    if type(content) is not dict or not all(type(key) is str for key in content):
        raise InvalidContentError(f"{what} is not a dictionary with text keys")
    return content
