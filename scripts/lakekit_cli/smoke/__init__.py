"""The smoke test of a deployed environment: real rows, written as Iceberg, read back with DuckDB."""

from __future__ import annotations

from lakekit_cli.smoke.dataset import SAMPLE, sample
from lakekit_cli.smoke.roundtrip import Count, SmokeError, SmokeResult, run

__all__ = ["SAMPLE", "Count", "SmokeError", "SmokeResult", "run", "sample"]
