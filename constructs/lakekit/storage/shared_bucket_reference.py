"""References to buckets that an environment has once."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.iam import Grantee
from lakekit.storage.zone_access import ZoneAccess


class SharedBucketReference(Construct):
    """A bucket of the environment that another stack creates; `ArtifactBucket.from_environment` returns one.

    Args:
        scope: parent of the reference.
        id: PascalCase id.
        name: kebab-case name of the bucket and of its key's alias.

    Attributes:
        name: physical name of the bucket, a literal.
        arn: its ARN, a literal.
        key_alias: alias of the key that encrypts it, a literal.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.name: Final = names.bucket(name)
        self.arn: Final = names.bucket_arn(self.name)
        self.key_alias: Final = names.key_alias(name)
        self._access = ZoneAccess(self, zone=name, bucket=self.name, alias=self.key_alias)

    @property
    def location(self) -> str:
        """`s3://<bucket>/`, a literal."""
        return f"s3://{self.name}/"

    def grant_read(self, grantee: Grantee, prefix: str = "") -> None:
        """Let a role list and read objects under a prefix, and decrypt them; the whole bucket by default."""
        self._access.read(grantee, prefix)

    def grant_write(self, grantee: Grantee, prefix: str = "") -> None:
        """`grant_read`, and also write, overwrite and delete objects."""
        self._access.write(grantee, prefix)
