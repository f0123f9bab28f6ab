"""Times of records."""

from __future__ import annotations

from datetime import datetime


def read_time(text: str) -> datetime:
    """Return a time in ISO format.

    Args:
        text: the time, with its offset from UTC.

    Raises:
        ValueError: it is no time, or has no offset, so that it cannot be compared with others.
    """
    found = datetime.fromisoformat(text)
    if found.utcoffset() is None:
        raise ValueError(f"{text} has no offset from UTC")
    return found
