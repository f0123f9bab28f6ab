"""Glue Schema Registry: a registry, a schema with compatibility checks, and a reader."""

from __future__ import annotations

from pathlib import Path

from lakekit import Environment, LakehouseApp, LakehouseStack, Schema, SchemaRegistry, ServiceRole

SCHEMAS = Path(__file__).resolve().parent / "schemas"


class SchemasStack(LakehouseStack):
    """The registry of event schemas."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "schemas")
        SchemaRegistry(self, "Events", name="events")
        schema = Schema(
            self,
            "OrderEvent",
            registry="events",
            subject="sales.order-events-value",
            file=SCHEMAS / "order_event.json",
            description="An order was placed, changed, shipped or cancelled",
        )
        reader = ServiceRole(self, "Reader", service="ecs-tasks", description="Reads order events")
        schema.grant_read(reader)
