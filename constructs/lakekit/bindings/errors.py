"""What can go wrong between lakekit, the provider bindings and Node."""

from lakekit.errors import LakekitError


class UnknownBindingError(LakekitError, AttributeError):
    """A provider has no submodule of that name; the message offers the nearest ones.

    Also an `AttributeError`, so that `hasattr` and introspection behave as for any module.
    """


class ProviderNotInstalledError(LakekitError, ImportError):
    """The Python package of an optional provider is missing; the message says how to install it."""


class NodeUnavailableError(LakekitError):
    """Node, in which cdktf runs, is missing or did not start."""
