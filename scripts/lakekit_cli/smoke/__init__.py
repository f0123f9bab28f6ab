"""Smoke test of a deployed environment: write an Iceberg table, read it back, and compare with DuckDB."""

from __future__ import annotations

from lakekit_cli.smoke.dataset import SAMPLE, sample
from lakekit_cli.smoke.role import assume_role
from lakekit_cli.smoke.roundtrip import CountryCount, SmokeError, SmokeResult, run

__all__ = ["SAMPLE", "CountryCount", "SmokeError", "SmokeResult", "assume_role", "run", "sample"]
