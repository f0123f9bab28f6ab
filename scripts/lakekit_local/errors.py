"""What can go wrong with the local cloud, as a person should read it."""

from __future__ import annotations

from lakekit.errors import LakekitError


class LocalCloudError(LakekitError):
    """The local cloud cannot start, stop or answer."""


class PortInUseError(LocalCloudError):
    """Something else listens on the wanted port."""


class NotSavedError(LocalCloudError):
    """It has stopped, and what it knew last is not on disk."""
