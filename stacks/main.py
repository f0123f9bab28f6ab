"""The reference deployment: synthesizes all environments, or those that LAKEKIT_ENV names, through the gate."""

from __future__ import annotations

from pathlib import Path

from domains.sales import SalesStack
from domains.sales_events import SalesEventsStack
from domains.sales_intake import SalesIntakeStack
from domains.sales_jobs import SalesJobsStack
from domains.sales_payments import SalesPaymentsStack
from domains.sales_snowflake import SalesSnowflakeStack
from foundation.catalog import CatalogStack
from foundation.governance import GovernanceStack
from foundation.network import NetworkStack
from foundation.observability import ObservabilityStack
from foundation.processing import ProcessingStack
from foundation.snowflake import SnowflakePlatformStack
from foundation.storage import StorageStack
from foundation.streaming import StreamingStack
from lakekit import LakehouseApp, entry_point

ENVIRONMENTS = Path(__file__).resolve().parent / "environments"


@entry_point
def main() -> None:
    """Synthesize the stacks and evaluate them."""
    app = LakehouseApp(ENVIRONMENTS)
    for environment in app.environments:
        network = NetworkStack(app, environment) if environment.network.creates_vpc else None
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
        if environment.streaming.delivery_enabled:
            SalesEventsStack(app, environment)
        if environment.streaming.connectors_enabled:
            SalesPaymentsStack(app, environment)
        if environment.processing.enabled and environment.processing.spark.enabled:
            jobs = SalesJobsStack(app, environment)
            # Lake Formation grants on a table of the sales stack require the table.
            jobs.add_dependency(sales)
        if environment.processing.enabled and environment.processing.glue.enabled:
            SalesIntakeStack(app, environment)
        if environment.snowflake:
            # Last: no stack of the lake depends on Snowflake.
            snowflake = SnowflakePlatformStack(app, environment)
            snowflake.add_dependency(catalog)
            on_snowflake = SalesSnowflakeStack(app, environment)
            on_snowflake.add_dependency(snowflake)
            on_snowflake.add_dependency(sales)
        if environment.operations.enabled:
            # After all other stacks: dashboards collect their alarms and widgets.
            ObservabilityStack(app, environment)
    app.synth()


if __name__ == "__main__":
    main()
