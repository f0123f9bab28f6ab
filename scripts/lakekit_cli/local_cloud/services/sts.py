"""STS: our dummy credentials are the root user of the account they name."""

from __future__ import annotations

import re
from typing import Any

from lakekit_cli.local_cloud.bucket_policy import principal_of
from lakekit_cli.local_cloud.registry import Call, Raw, handles


@handles("sts", "GetCallerIdentity")
def identity(call: Call) -> dict[str, Any] | Raw:
    principal = principal_of(call)
    if not re.search(r":iam::\d{12}:root$", principal):
        return call.moto()
    return {"UserId": call.account, "Account": call.account, "Arn": principal}
