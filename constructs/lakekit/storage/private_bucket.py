"""Private buckets, the base of all buckets of a lakehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.dependencies import add_dependency
from lakekit.core.removal_policy import resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.iam import Statement, document, statement
from lakekit.iam.policy import Conditions
from lakekit.storage.encryption_key import EncryptionKey
from lakekit.storage.lifecycle_rules import MINIMUM_OBJECT_SIZE, Rule


class PrivateBucket(Construct):
    """An encrypted, versioned bucket without public access and ACLs, with TLS 1.2 required.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: kebab-case name; the bucket is `<organization>-<environment>-<name>-<account>-<region>`.
        lifecycle: lifecycle rules.
        key: the KMS key; None for SSE-S3, which log delivery requires.
        force_destroy: the bucket may be destroyed with its objects; set by the tier by default.
        content: tag `content`: tables (current files must not expire), files, code, scratch (reproducible data) or
            logs.
        tags: further tags of the bucket, such as its classification.
        statements: further statements of the bucket policy.

    Raises:
        ConstructError: force_destroy in a tier that does not allow it (staging and prod).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        lifecycle: Sequence[Rule],
        key: EncryptionKey | None,
        force_destroy: bool | None = None,
        content: Literal["tables", "files", "code", "scratch", "logs"],
        tags: Mapping[str, str] | None = None,
        statements: Sequence[Statement] = (),
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        self.name: Final = environment.names.bucket(name)
        self.arn: Final = environment.names.bucket_arn(self.name)
        self.resource: Final = aws.s3_bucket.S3Bucket(
            self,
            "Bucket",
            bucket=self.name,
            force_destroy=resolve_force_destroy(self, force_destroy),
            tags={"content": content, **(tags or {})},
            lifecycle=cdktf.TerraformResourceLifecycle(prevent_destroy=environment.defaults.prevent_destroy or None),
        )
        self.public_access_block: Final = aws.s3_bucket_public_access_block.S3BucketPublicAccessBlock(
            self,
            "PublicAccessBlock",
            bucket=self.resource.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        ownership = aws.s3_bucket_ownership_controls
        self.ownership: Final = ownership.S3BucketOwnershipControls(
            self,
            "Ownership",
            bucket=self.resource.id,
            rule=ownership.S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        versioning = aws.s3_bucket_versioning
        self.versioning: Final = versioning.S3BucketVersioningA(
            self,
            "Versioning",
            bucket=self.resource.id,
            versioning_configuration=versioning.S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        self.encryption: Final = self._encrypt(key)
        lifecycle_module = aws.s3_bucket_lifecycle_configuration
        self.lifecycle: Final = lifecycle_module.S3BucketLifecycleConfiguration(
            self,
            "Lifecycle",
            bucket=self.resource.id,
            rule=[rule.render() for rule in lifecycle],
            transition_default_minimum_object_size=MINIMUM_OBJECT_SIZE,
            # Rules for noncurrent versions require versioning (S3 lifecycle documentation).
            depends_on=[self.versioning],
        )
        self.access_log: aws.s3_bucket_logging.S3BucketLoggingA | None = None
        self._statements = [*_deny_statements(self.arn, key), *statements]
        self.policy: Final = aws.s3_bucket_policy.S3BucketPolicy(
            self,
            "Policy",
            bucket=self.resource.id,
            policy=document(self._statements),
            # S3 evaluates the policy differently before the public access block exists.
            depends_on=[self.public_access_block],
        )

    def allow(self, added: Statement) -> None:
        """Add a statement to the bucket policy, for services and for principals of other accounts."""
        if added not in self._statements:
            self._statements.append(added)
            self.policy.policy = document(self._statements)

    def log_to(self, bucket: str, prefix: str, *, depends_on: Sequence[Construct] = ()) -> None:
        """Deliver S3 access logs of this bucket to another, partitioned by the time of the event.

        Args:
            bucket: physical name of the other bucket.
            prefix: key prefix of the logs.
            depends_on: created before; S3 checks the other bucket's policy when delivery is switched on.
        """
        logging = aws.s3_bucket_logging
        self.access_log = logging.S3BucketLoggingA(
            self,
            "AccessLog",
            bucket=self.resource.id,
            target_bucket=bucket,
            target_prefix=prefix,
            target_object_key_format=logging.S3BucketLoggingTargetObjectKeyFormat(
                partitioned_prefix=logging.S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix(
                    partition_date_source="EventTime"
                )
            ),
        )
        add_dependency(self.access_log, *depends_on)

    def _encrypt(
        self, key: EncryptionKey | None
    ) -> aws.s3_bucket_server_side_encryption_configuration.S3BucketServerSideEncryptionConfigurationA:
        module = aws.s3_bucket_server_side_encryption_configuration
        default = module.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms" if key else "AES256", kms_master_key_id=key.arn if key else None
        )
        return module.S3BucketServerSideEncryptionConfigurationA(
            self,
            "Encryption",
            bucket=self.resource.id,
            rule=[
                module.S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=default,
                    # One data key for many objects: up to 99 % fewer KMS requests (S3 Bucket Keys).
                    bucket_key_enabled=bool(key),
                )
            ],
        )


def _deny_statements(arn: str, key: EncryptionKey | None) -> list[Statement]:
    """Return the deny statements for HTTP, TLS below 1.2 and other encryption keys."""
    everything = [arn, f"{arn}/*"]
    objects = [f"{arn}/*"]
    puts = ["s3:PutObject"]

    def deny(sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Conditions) -> Statement:
        return statement(sid, actions, resources, effect="Deny", principals="*", conditions=conditions)

    denials = [
        deny("DenyPlainHttp", ["s3:*"], everything, {"Bool": {"aws:SecureTransport": "false"}}),
        deny("DenyOldTls", ["s3:*"], everything, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        deny(
            "DenyCustomerKeys",
            puts,
            objects,
            {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
        ),
    ]
    if key is None:
        return denials
    sse = "s3:x-amz-server-side-encryption"
    key_id = f"{sse}-aws-kms-key-id"
    return [
        *denials,
        # Requests without encryption headers use the default key of the bucket. Hence the Null conditions: a negated
        # operator alone is true for absent headers.
        deny("DenyOtherEncryption", puts, objects, {"StringNotEquals": {sse: "aws:kms"}, "Null": {sse: "false"}}),
        deny("DenyOtherKeys", puts, objects, {"StringNotEquals": {key_id: key.arn}, "Null": {key_id: "false"}}),
        # KMS without a key id selects the AWS managed key (S3 PutObject).
        deny(
            "DenyMissingKey",
            puts,
            objects,
            {"StringEquals": {sse: "aws:kms"}, "Null": {key_id: "true"}},
        ),
    ]
