from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class RedshiftParameterGroup(Rule):
    id = "LK_REDSHIFT_4"
    title = "Redshift parameter groups require TLS and log user activity"
    severity = "high"
    rationale = "Without `require_ssl` clients send passwords and rows in clear text."
    remedy = "Set the parameters `require_ssl = true` and `enable_user_activity_logging = true`."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    resources = ("aws_redshift_parameter_group",)

    def problems(self, block: Block) -> Iterable[str]:
        parameters = {one.get("name"): str(one.get("value")).lower() for one in nested(block, "parameter")}
        for name in ("require_ssl", "enable_user_activity_logging"):
            if parameters.get(name) != "true":
                yield f"{name} is {parameters.get(name, 'not set')}, not true"


check = RedshiftParameterGroup()
