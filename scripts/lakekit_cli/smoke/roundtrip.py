"""Write the sample, read it back, and compare."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lakekit.errors import LakekitError
from lakekit_cli.smoke.dataset import sample

_COUNTS = """
    SELECT country, count(*) AS lines, count(DISTINCT order_id) AS orders, sum(quantity * unit_price) AS revenue
    FROM {relation} GROUP BY country ORDER BY lines DESC, country
"""


class SmokeError(LakekitError):
    """Data could not be written to or read from the environment."""


@dataclass(frozen=True)
class CountryCount:
    """Order lines, orders and revenue of one country, as written and as read back."""

    country: str
    written: tuple[int, int, str]
    read: tuple[int, int, str] | None

    @property
    def matches(self) -> bool:
        """Whether lines, orders and revenue are equal."""
        return self.written == self.read


@dataclass(frozen=True)
class SmokeResult:
    """Rows written and read, and the duration of each step in seconds."""

    table: str
    location: str
    snapshot_id: int
    rows_written: int
    rows_read: int
    counts: list[CountryCount]
    seconds: Mapping[str, float]

    @property
    def ok(self) -> bool:
        """Whether all written rows were read back."""
        return self.rows_written == self.rows_read and all(count.matches for count in self.counts)


def run(*, database: str, table: str, region: str, variables: Mapping[str, str]) -> SmokeResult:
    """Write the sample as an Iceberg table through the Glue catalog, read it back, and compare with DuckDB.

    Each run overwrites the table with a new snapshot of the same rows.

    Args:
        database: Glue database; its location determines that of the table.
        table: Table name; created if it does not exist.
        region: AWS region.
        variables: `AWS_…` variables of the local cloud; empty for AWS.

    Raises:
        AwsSetupError: There are no usable credentials, or AWS could not be reached.
        LakekitError: The catalog or the bucket rejects a call.
    """
    seconds: dict[str, float] = {}
    with _timed("load the sample", seconds):
        data = sample()
    try:
        with _timed("write Iceberg", seconds):
            written = _write(_catalog(region, variables), f"{database}.{table}", data)
        with _timed("read back", seconds):
            # A new client, so that nothing comes from the writer's cache.
            back = _catalog(region, variables).load_table(f"{database}.{table}").scan().to_arrow()
    except Exception as error:
        raise _as_smoke_error(error, database, table) from error
    with _timed("count in DuckDB", seconds):
        counts = _compare(data, back)
    return SmokeResult(
        table=f"{database}.{table}",
        location=written.location(),
        snapshot_id=written.current_snapshot().snapshot_id,
        rows_written=data.num_rows,
        rows_read=back.num_rows,
        counts=counts,
        seconds=seconds,
    )


def _catalog(region: str, variables: Mapping[str, str]) -> Any:
    from pyiceberg.catalog import load_catalog

    properties = {"type": "glue", "glue.region": region, "s3.region": region}
    properties["py-io-impl"] = "pyiceberg.io.pyarrow.PyArrowFileIO"
    endpoint = variables.get("AWS_ENDPOINT_URL")
    if endpoint:
        # Not every version of Arrow's S3 client reads AWS_ENDPOINT_URL.
        properties |= {"glue.endpoint": endpoint, "s3.endpoint": endpoint}
    key, secret = variables.get("AWS_ACCESS_KEY_ID"), variables.get("AWS_SECRET_ACCESS_KEY")
    if key and secret:
        properties |= {"glue.access-key-id": key, "glue.secret-access-key": secret}
        properties |= {"s3.access-key-id": key, "s3.secret-access-key": secret}
        if token := variables.get("AWS_SESSION_TOKEN"):
            properties |= {"glue.session-token": token, "s3.session-token": token}
    return load_catalog("lakekit-smoke", **properties)


def _write(catalog: Any, name: str, data: Any) -> Any:
    from pyiceberg.exceptions import NoSuchTableError

    try:
        table = catalog.load_table(name)
        table.overwrite(data)
    except NoSuchTableError:
        table = catalog.create_table(name, schema=data.schema, properties={"comment": "Written by lakekit smoke"})
        table.append(data)
    return table.refresh()


def _compare(written: Any, read: Any) -> list[CountryCount]:
    import duckdb

    with duckdb.connect() as connection:
        connection.register("written", written)
        connection.register("read", read)
        expected, actual = (_by_country(connection, relation) for relation in ("written", "read"))
    none = (0, 0, "0")
    countries = dict.fromkeys([*expected, *actual])
    return [CountryCount(country, expected.get(country, none), actual.get(country)) for country in countries]


def _by_country(connection: Any, relation: str) -> dict[str, tuple[int, int, str]]:
    found = connection.execute(_COUNTS.format(relation=relation)).fetchall()
    return {country: (lines, orders, f"{revenue:.2f}") for country, lines, orders, revenue in found}


def _as_smoke_error(error: Exception, database: str, table: str) -> LakekitError:
    from botocore.exceptions import BotoCoreError, ClientError

    from lakekit_cli.aws.errors import explained

    where = f"{database}.{table}"
    message = f"{type(error).__name__}: {error}"
    if type(error).__name__ == "NoSuchNamespaceError" or "EntityNotFoundException" in message:
        fix = "deploy the environment first: lakekit deploy <environment>"
        return SmokeError(f"the Glue database {database} does not exist", where=where, fix=fix)
    if "AccessDenied" in message or "ACCESS_DENIED" in message:
        fix = "use a role with write access to the zone (grant_write), or check the bucket policy"
        return SmokeError(f"access denied ({message})", where=where, fix=fix)
    if isinstance(error, BotoCoreError | ClientError):
        return explained(error, where)
    fix = "check the network, the credentials and the grants of the role: lakekit doctor"
    return SmokeError(f"the table could not be written and read back ({message})", where=where, fix=fix)


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    started = time.monotonic()
    yield
    seconds[step] = time.monotonic() - started
