"""Checks of `lakekit doctor`."""
