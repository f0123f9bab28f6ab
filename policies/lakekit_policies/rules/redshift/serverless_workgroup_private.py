from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class ServerlessWorkgroupPrivate(Rule):
    id = "LK_REDSHIFT_5"
    title = "Redshift Serverless workgroups are private, require TLS and route through the VPC"
    severity = "critical"
    rationale = (
        "A public workgroup is reachable from the internet. Without `require_ssl` it accepts connections in clear "
        "text, which is the default."
    )
    remedy = "Set `publicly_accessible = false`, `enhanced_vpc_routing = true` and the parameter `require_ssl = true`."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-connecting.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    resources = ("aws_redshiftserverless_workgroup",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("publicly_accessible") is True:
            yield "the workgroup is public"
        settings = nested(block, "config_parameter")
        parameters = {one.get("parameter_key"): str(one.get("parameter_value")).lower() for one in settings}
        if parameters.get("require_ssl") != "true":
            given = parameters.get("require_ssl", "not set")
            yield f"require_ssl is {given}, not true: connections without TLS are accepted"
        if block.get("enhanced_vpc_routing") is not True:
            yield "enhanced_vpc_routing is not true: COPY and UNLOAD leave the VPC"


check = ServerlessWorkgroupPrivate()
