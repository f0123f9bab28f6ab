"""Generate ``data/orders.parquet``: ``python -m lakekit_cli.smoke.generate_sample [FILE]``.

Deterministic (fixed seed). Countries are weighted roughly by population, basket sizes and quantities are skewed to
small values, orders peak in the evening, prices are fixed per product, some orders have no e-mail address. All data
is fictional; addresses use the reserved domain example.com.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ORDERS = 1_800
FIRST_DAY = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 14
COUNTRIES = {
    "DE": 84,
    "FR": 68,
    "IT": 59,
    "ES": 48,
    "PL": 37,
    "NL": 18,
    "BE": 12,
    "SE": 10,
    "AT": 9,
    "US": 30,
    "GB": 25,
}
PRODUCTS = 120


def rows(seed: int = 20_260_301) -> list[dict[str, Any]]:
    """Return the order lines, sorted by time."""
    rng = random.Random(seed)  # noqa: S311  a sample, not a secret
    prices = [Decimal(rng.randint(199, 24_999)) / 100 for _ in range(PRODUCTS)]
    moments = sorted(_moment(rng) for _ in range(ORDERS))
    lines = []
    for number, moment in enumerate(moments, 10_001):
        country = rng.choices(list(COUNTRIES), list(COUNTRIES.values()))[0]
        email = None if rng.random() < 0.03 else f"customer{rng.randint(1, 900)}@example.com"
        basket = min(1 + int(rng.expovariate(0.75)), 9)
        for line, product in enumerate(rng.sample(range(PRODUCTS), basket), 1):
            lines.append(
                {
                    "order_id": number,
                    "line": line,
                    "ordered_at": moment,
                    "customer_email": email,
                    "country": country,
                    "product": f"SKU-{product + 1:04}",
                    "quantity": min(1 + int(rng.expovariate(1.2)), 12),
                    "unit_price": prices[product],
                }
            )
    return lines


def _moment(rng: random.Random) -> datetime:
    hour = min(max(rng.gauss(19, 4), 0), 23.99)
    return FIRST_DAY + timedelta(days=rng.randrange(DAYS), seconds=int(hour * 3600))


def write(path: Path) -> int:
    """Write the Parquet file and return its number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [
            pa.field("order_id", pa.int64(), nullable=False),
            pa.field("line", pa.int32(), nullable=False),
            pa.field("ordered_at", pa.timestamp("us", tz="UTC"), nullable=False),
            pa.field("customer_email", pa.string()),
            pa.field("country", pa.string()),
            pa.field("product", pa.string()),
            pa.field("quantity", pa.int32()),
            pa.field("unit_price", pa.decimal128(12, 2)),
        ]
    )
    table = pa.Table.from_pylist(rows(), schema=schema)
    pq.write_table(table, path, compression="zstd", store_schema=False)
    return int(table.num_rows)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("data") / "orders.parquet"
    write(target)
