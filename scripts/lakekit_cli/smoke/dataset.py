"""Sample dataset: order lines of a small European shop."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

SAMPLE = "orders.parquet"


def sample() -> Any:
    """Return the sample as an Arrow table of some 4,000 order lines, created by ``generate_sample.py``."""
    import io

    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO((files("lakekit_cli.smoke") / "data" / SAMPLE).read_bytes()))
