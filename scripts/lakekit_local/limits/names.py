"""Rules of names that service models do not state.

Sources: Amazon S3 user guide, "General purpose bucket naming rules"; AWS KMS API reference, "CreateAlias" (names start
with ``alias/``, and ``alias/aws/`` is reserved); Amazon EC2 API reference, "CreateSecurityGroup" (characters of names
and descriptions of groups in a VPC, names do not start with ``sg-``).
"""

from __future__ import annotations

import re
from typing import Final

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS: Final = re.compile(r"\d+\.\d+\.\d+\.\d+")
_GROUP: Final = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


@limits("s3", "CreateBucket")
def bucket_name(call: Call) -> None:
    """The form of a bucket name."""
    name = str(call["Bucket"])
    form = _BUCKET.fullmatch(name) and ".." not in name and not _ADDRESS.fullmatch(name)
    if not form or name.startswith(_PREFIXES) or name.endswith(_SUFFIXES):
        raise ServiceError("InvalidBucketName", f"The specified bucket is not valid: {name}", 400)


@limits("kms", "CreateAlias")
def alias_name(call: Call) -> None:
    """The prefix of an alias."""
    name = str(call["AliasName"])
    if not name.startswith("alias/"):
        raise ServiceError("InvalidAliasNameException", f"Alias must start with the prefix 'alias/': {name}", 400)
    if name.startswith("alias/aws/"):
        raise ServiceError("NotAuthorizedException", "Aliases with the prefix 'alias/aws/' are reserved", 400)


@limits("ec2", "CreateSecurityGroup")
def security_group(call: Call) -> None:
    """The name and description of a security group in a VPC."""
    name, description = str(call.get("GroupName") or ""), str(call.get("Description") or "")
    if name.startswith("sg-"):
        text = f"Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
        raise ServiceError("InvalidParameterValue", text, 400)
    for parameter, value in (("GroupName", name), ("GroupDescription", description)):
        if call.get("VpcId") and not _GROUP.fullmatch(value):
            text = (
                f"Value ({value}) for parameter {parameter} is invalid. Character sets beyond ASCII are not supported."
            )
            raise ServiceError("InvalidParameterValue", text, 400)
