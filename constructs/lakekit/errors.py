"""The errors that lakekit raises on purpose."""


class LakekitError(Exception):
    """The message says what was given, where, what is allowed, and the fix."""
