from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, reference

ACCOUNT: Final = re.compile(r"\d{12}")
ARN_PARTS: Final = 6


class PermissionSourceRestricted(Rule):
    id = "LK_LAMBDA_1"
    title = "Permissions to invoke a function name the account of the caller"
    severity = "critical"
    rationale = (
        "A permission for `*` lets everybody invoke the function. A service principal without a source account "
        "acts for a resource of any account (confused deputy)."
    )
    remedy = (
        "Name an account or role as `principal`. For a service set `source_account`, or a `source_arn` with the "
        "account."
    )
    reference = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_lambda_permission",)

    def problems(self, block: Block) -> Iterable[str]:
        principal = str(block.get("principal") or "")
        if principal == "*":
            if not block.get("principal_org_id"):
                yield "the principal is *; everybody may invoke the function"
            return
        if not principal.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")):
            return
        source, account = block.get("source_arn"), block.get("source_account")
        if account not in (None, ""):
            if not ACCOUNT.fullmatch(str(account)) and "${" not in str(account) and reference(account) is None:
                yield f"source_account is {account}, not an account id"
        elif source in (None, ""):
            yield f"{principal} may invoke the function for every account; set source_account or source_arn"
        elif reference(source) is None and "${" not in str(source):
            parts = str(source).split(":")
            if len(parts) < ARN_PARTS or not ACCOUNT.fullmatch(parts[4]):
                yield f"source_arn {source} names no account; set source_account"


check = PermissionSourceRestricted()
