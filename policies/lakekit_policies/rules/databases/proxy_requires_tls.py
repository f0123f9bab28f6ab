from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class ProxyRequiresTls(Rule):
    id = "LK_RDS_6"
    title = "Database proxies require TLS and IAM authentication"
    severity = "high"
    rationale = "A proxy that accepts connections without TLS sends passwords in clear text."
    remedy = "Set `require_tls = true` and `auth.iam_auth = REQUIRED`."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-setup.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    resources = ("aws_db_proxy",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("require_tls") is not True:
            yield "require_tls is not true"
        for auth in nested(block, "auth"):
            if auth.get("iam_auth") != "REQUIRED":
                yield f"auth.iam_auth is {auth.get('iam_auth') or 'not set'}, not REQUIRED"


check = ProxyRequiresTls()
