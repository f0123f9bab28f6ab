"""Errors of the local cloud."""

from __future__ import annotations

from lakekit.errors import LakekitError


class LocalCloudError(LakekitError):
    """The local cloud cannot start, stop or answer requests.

    Attributes:
        exit_code: 4, as for other tools that cannot run on this machine.
    """

    exit_code = 4


class PortInUseError(LocalCloudError):
    """Another process listens on the requested port."""


class NotSavedError(LocalCloudError):
    """The local cloud has stopped, but its latest changes are not on disk."""
