"""The reference deployment: every environment, or the one that LAKEKIT_ENV names, into gated Terraform JSON."""

from __future__ import annotations

from pathlib import Path

from domains.sales import SalesStack
from domains.sales_events import SalesEventsStack
from domains.sales_intake import SalesIntakeStack
from domains.sales_jobs import SalesJobsStack
from domains.sales_payments import SalesPaymentsStack
from domains.sales_warehouse import SalesWarehouseStack
from foundation.catalog import CatalogStack
from foundation.governance import GovernanceStack
from foundation.network import NetworkStack
from foundation.observability import ObservabilityStack
from foundation.processing import ProcessingStack
from foundation.storage import StorageStack
from foundation.streaming import StreamingStack
from foundation.warehouse import SnowflakeStack
from lakekit import LakehouseApp, entry_point

ENVIRONMENTS = Path(__file__).resolve().parent / "environments"


@entry_point
def main() -> None:
    """Synthesize and gate."""
    app = LakehouseApp(ENVIRONMENTS)
    for environment in app.environments:
        network = NetworkStack(app, environment) if environment.network.is_made else None
        storage = StorageStack(app, environment)
        governance = GovernanceStack(app, environment)
        governance.add_dependency(storage)
        catalog = CatalogStack(app, environment)
        catalog.add_dependency(governance)
        if environment.processing.enabled:
            processing = ProcessingStack(app, environment)
            for before in (network, storage, governance):
                if before:
                    processing.add_dependency(before)
        if environment.streaming.enabled:
            streaming = StreamingStack(app, environment)
            if network:
                streaming.add_dependency(network)
        sales = SalesStack(app, environment)
        if environment.streaming.takes_deliveries:
            SalesEventsStack(app, environment)
        if environment.streaming.takes_connectors:
            SalesPaymentsStack(app, environment)
        if environment.processing.enabled and environment.processing.spark.enabled:
            SalesJobsStack(app, environment)
        if environment.processing.enabled and environment.processing.glue.enabled:
            SalesIntakeStack(app, environment)
        if environment.warehouse:
            # Made last: nothing in the lake waits for Snowflake.
            warehouse = SnowflakeStack(app, environment)
            warehouse.add_dependency(catalog)
            on_snowflake = SalesWarehouseStack(app, environment)
            on_snowflake.add_dependency(warehouse)
            on_snowflake.add_dependency(sales)
        if environment.operations.enabled:
            # It shows what the stacks before it have to show.
            ObservabilityStack(app, environment)
    app.synth()


if __name__ == "__main__":
    main()
