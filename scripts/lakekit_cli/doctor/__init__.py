"""Checks of the machine for `lakekit doctor`."""
