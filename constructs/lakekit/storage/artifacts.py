"""Artifacts: code and plugins of the engines, stored under keys with the digest of their content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.naming import pascal, slug
from lakekit.storage.encryption_key import key_usage_statement
from lakekit.storage.lifecycle_rules import default_lifecycle_rules
from lakekit.storage.log_bucket import LogBucket
from lakekit.storage.object_tags import object_tags
from lakekit.storage.shared_bucket import SharedBucket
from lakekit.storage.shared_bucket_reference import SharedBucketReference

NAME: Final = "artifacts"


class ArtifactBucket(SharedBucket):
    """The artifact bucket of an environment: job code, connector plugins and Flink applications.

    Current objects never expire, since running applications may refer to them.

    Args:
        scope: parent construct.
        id: PascalCase id.
        log_bucket: the LogBucket of the same stack; the environment's log bucket by default.
    """

    def __init__(self, scope: Construct, id: str, *, log_bucket: LogBucket | None = None) -> None:
        days = environment_of(scope).defaults.noncurrent_days
        super().__init__(
            scope,
            id,
            name=NAME,
            contents="code and plugins",
            content="code",
            lifecycle=default_lifecycle_rules(days),
            log_bucket=log_bucket,
        )

    @classmethod
    def from_environment(cls, scope: Construct, id: str) -> SharedBucketReference:
        """Refer to the artifact bucket of the environment, which another stack creates."""
        return SharedBucketReference(scope, id, NAME)


class Artifact(Construct):
    """A file of the project, uploaded under a key that contains the SHA-256 of its content.

    Changed content gets a new key, so that the same plan updates the job or application that uses it, and the previous
    version remains available for a rollback.

    Args:
        scope: parent construct.
        id: PascalCase id.
        file: path of the file, absolute or relative to the working directory.

    Attributes:
        bucket_name: physical name of the artifact bucket, a literal.
        key: key of the object, a literal.
        resource: the `aws_s3_object`.

    Raises:
        ConstructError: the file does not exist or is empty.
    """

    def __init__(self, scope: Construct, id: str, *, file: Path | str) -> None:
        super().__init__(scope, id)
        path = Path(file)
        if not path.is_file() or path.stat().st_size == 0:
            raise ConstructError(
                self,
                f"{file} {'is empty' if path.is_file() else 'is not a file'}",
                fix="build it first, or give its path relative to the working directory of the app",
            )
        with path.open("rb") as opened:
            self.digest: Final = hashlib.file_digest(opened, "sha256").hexdigest()
        environment = environment_of(self)
        self._alias = environment.names.key_alias(NAME)
        self.bucket_name: Final = environment.names.bucket(NAME)
        self.bucket_arn: Final = environment.names.bucket_arn(self.bucket_name)
        self.key: Final = f"{stack_of(self).stack_name}/{slug(scope.node.id)}/{self.digest[:16]}/{path.name}"
        asset = cdktf.TerraformAsset(self, "File", path=str(path.resolve()), type=cdktf.AssetType.FILE)
        self.resource: Final = aws.s3_object.S3Object(
            self,
            "Object",
            bucket=self.bucket_name,
            key=self.key,
            source=asset.path,
            source_hash=self.digest,
            **object_tags(self),
        )

    @property
    def location(self) -> str:
        """`s3://<bucket>/<key>`, a literal."""
        return f"s3://{self.bucket_name}/{self.key}"

    def grant_read(self, grantee: Grantee) -> None:
        """Grant a role to read and decrypt this object."""
        role = resolve_grantee(self, grantee)
        sid = "Read" + pascal(slug(self.node.id))
        role.allow(
            statement(f"{sid}Artifact", ["s3:GetObject", "s3:GetObjectVersion"], [f"{self.bucket_arn}/{self.key}"])
        )
        role.allow(key_usage_statement(self, self._alias, ["kms:Decrypt"], sid=f"{sid}Key"))
