"""STS: dummy credentials identify as the root user of their account."""

from __future__ import annotations

import re
from typing import Any

from lakekit_local.authorization.bucket_policy import principal_arn
from lakekit_local.requests.registry import Call, RawResponse, handles


@handles("sts", "GetCallerIdentity")
def identity(call: Call) -> dict[str, Any] | RawResponse:
    principal = principal_arn(call)
    if not re.search(r":iam::\d{12}:root$", principal):
        return call.forward_to_moto()
    return {"UserId": call.account, "Account": call.account, "Arn": principal}
