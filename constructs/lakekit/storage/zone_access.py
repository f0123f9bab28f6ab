"""Grants on zones: S3 and KMS permissions together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.naming import pascal
from lakekit.storage.encryption_key import key_usage_statement
from lakekit.storage.output_keys import check_output_key

if TYPE_CHECKING:
    from lakekit.bindings import Construct

READ: Final = ("s3:GetObject", "s3:GetObjectVersion")
WRITE: Final = ("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
ADMIN: Final = ("s3:DeleteObjectVersion", "s3:RestoreObject", "s3:GetObjectTagging", "s3:PutObjectTagging")
LIST: Final = ("s3:ListBucket", "s3:ListBucketVersions")
READ_KEY: Final = ("kms:Decrypt", "kms:DescribeKey")
WRITE_KEY: Final = (*READ_KEY, "kms:GenerateDataKey")


class ZoneAccess:
    """Grants on a zone by its names, so that they work in every stack of the environment.

    Args:
        scope: the construct of the zone.
        zone: name of the zone, for Sids.
        bucket: physical name of the bucket.
        alias: alias of its key.
    """

    def __init__(self, scope: Construct, *, zone: str, bucket: str, alias: str) -> None:
        self._scope = scope
        self._zone = zone
        self._bucket = bucket
        self._alias = alias

    def read(self, grantee: Grantee, prefix: str = "") -> None:
        self._grant("Read", grantee, prefix, READ, READ_KEY)

    def write(self, grantee: Grantee, prefix: str = "") -> None:
        self._check_key(grantee)
        self._grant("Write", grantee, prefix, (*READ, *WRITE), WRITE_KEY)

    def write_tables(self, grantee: Grantee, prefix: str) -> None:
        """`write` for Iceberg tables, whose engine sends no key, so that the default key of the bucket applies."""
        self._grant("Write", grantee, prefix, (*READ, *WRITE), WRITE_KEY)

    def admin(self, grantee: Grantee, prefix: str = "") -> None:
        self._check_key(grantee)
        self._grant("Admin", grantee, prefix, (*READ, *WRITE, *ADMIN), WRITE_KEY)

    def _grant(
        self, verb: str, grantee: Grantee, prefix: str, actions: Sequence[str], key_actions: Sequence[str]
    ) -> None:
        prefix = self._checked(prefix)
        arn = environment_of(self._scope).names.bucket_arn(self._bucket)
        sid = f"{verb}{pascal(self._zone)}"
        role = resolve_grantee(self._scope, grantee)
        role.allow(statement(f"{sid}Objects", actions, [f"{arn}/{prefix}*"]))
        inside = {"StringLike": {"s3:prefix": [prefix, f"{prefix}*"]}} if prefix else None
        role.allow(statement(f"{sid}List", LIST, [arn], conditions=inside))
        role.allow(statement(f"{sid}Location", ["s3:GetBucketLocation"], [arn]))
        role.allow(key_usage_statement(self._scope, self._alias, key_actions, sid=f"{sid}Key"))

    def _check_key(self, grantee: Grantee) -> None:
        role = resolve_grantee(self._scope, grantee)
        check_output_key(self._scope, role, zone=self._zone, alias=self._alias)

    def _checked(self, prefix: str) -> str:
        if prefix.startswith("/") or "*" in prefix or "?" in prefix or "//" in prefix:
            raise ConstructError(
                self._scope,
                f"{prefix!r} is not a valid key prefix",
                fix="use the form `orders/2026/`, without leading slash and wildcards",
            )
        return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
