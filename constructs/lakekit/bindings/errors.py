"""Errors raised by the bindings: unknown names, missing packages, no Node."""

from lakekit.errors import LakekitError


class UnknownBindingError(LakekitError, AttributeError):
    """A provider has no submodule of that name; the message lists the nearest ones.

    Also an `AttributeError`, so that `hasattr` and introspection work as for any module.
    """


class ProviderNotInstalledError(LakekitError, ImportError):
    """The Python package of an optional provider is missing; the message says how to install it."""


class NodeUnavailableError(LakekitError):
    """Node.js, in which cdktf runs, is missing or did not start."""
