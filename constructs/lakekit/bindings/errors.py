"""What can go wrong between lakekit, the provider bindings and Node."""

from lakekit.errors import LakekitError


class UnknownBinding(LakekitError, AttributeError):
    """A provider has no submodule of that name; the message offers the nearest ones.

    Also an `AttributeError`, so that `hasattr` and introspection behave as for any module.
    """


class ProviderNotInstalled(LakekitError, ImportError):
    """The Python package of an optional provider is missing; the message says how to install it."""


class NodeUnavailable(LakekitError):
    """Node, in which cdktf runs, is missing or did not start."""
