from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class EntryPointsPrivate(SettingsRule):
    id = "LK_VPC_15"
    title = "Load balancers, APIs and brokers are private and require authentication"
    severity = "high"
    rationale = (
        "A public entry point makes what is behind it reachable from the internet; without authentication, for every "
        "caller."
    )
    remedy = "Use internal load balancers, private endpoints, HTTPS, and IAM or JWT authorization."
    reference = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_lb", "internal", allowed=(True,)),
        Setting("aws_lb_listener", "protocol", rejected=("HTTP", "TCP", "UDP", "TCP_UDP")),
        Setting("aws_api_gateway_rest_api", "endpoint_configuration.types", allowed=("PRIVATE",), default="EDGE"),
        Setting("aws_api_gateway_method", "authorization", rejected=("NONE",)),
        Setting("aws_apigatewayv2_route", "authorization_type", rejected=("NONE",), default="NONE"),
        Setting("aws_apigatewayv2_api", "cors_configuration.allow_origins", rejected=("*",), if_block=True),
        Setting("aws_appsync_graphql_api", "authentication_type", rejected=("API_KEY",)),
        Setting("aws_mq_broker", "publicly_accessible", rejected=(True,)),
        Setting("aws_timestreaminfluxdb_db_instance", "publicly_accessible", rejected=(True,)),
        Setting("aws_neptunegraph_graph", "public_connectivity", rejected=(True,)),
    )


check = EntryPointsPrivate()
