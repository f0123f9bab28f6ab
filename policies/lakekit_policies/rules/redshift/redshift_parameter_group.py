from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.engine.unknown_tracking import is_unknown
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

_GROUP: Final = "cluster_parameter_group_name"
_WITHOUT_TLS: Final = "default.redshift-1.0"


class RedshiftParameterGroup(Rule):
    id = "LK_REDSHIFT_4"
    title = "Redshift parameter groups require TLS and log user activity"
    severity = "high"
    rationale = (
        "Without `require_ssl` clients send passwords and rows in clear text, and without the log of user activity, "
        "nothing shows who has run which query. Default parameter groups cannot be changed: none of them logs "
        "activity, and default.redshift-1.0 does not require TLS."
    )
    remedy = (
        "Use a parameter group of the configuration, with the parameters `require_ssl = true` and "
        "`enable_user_activity_logging = true`."
    )
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    resources = ("aws_redshift_cluster", "aws_redshift_parameter_group")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_redshift_cluster":
            # https://docs.aws.amazon.com/redshift/latest/mgmt/parameter-group-defaults.html
            if is_unknown(block, _GROUP) and self.peers.all("aws_redshift_parameter_group"):
                return  # the name of a new group, which is evaluated too
            group = block.get(_GROUP)
            if group == _WITHOUT_TLS:
                yield f"{_GROUP} is {group}, which accepts connections without TLS"
            elif not group or str(group).startswith("default."):
                yield f"{_GROUP} is {group or 'not set'}: the default group does not log user activity"
            return
        parameters = {one.get("name"): str(one.get("value")).lower() for one in nested(block, "parameter")}
        for name in ("require_ssl", "enable_user_activity_logging"):
            if parameters.get(name) != "true":
                yield f"{name} is {parameters.get(name, 'not set')}, not true"


check = RedshiftParameterGroup()
