"""Profiles of the engines: the calls that each makes at run time, replayed under its role in a deployed environment."""
