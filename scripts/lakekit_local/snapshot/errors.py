"""Errors of reading and writing snapshots."""

from __future__ import annotations

from lakekit.errors import LakekitError


class SnapshotError(LakekitError):
    """A snapshot that cannot be loaded."""


class UnsupportedStateError(Exception):
    """An object in the state of a service that the snapshot format cannot hold."""


class InvalidContentError(Exception):
    """Content that is not a snapshot: an unknown kind, class, function or reference."""
