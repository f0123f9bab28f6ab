"""Zones of the data lake."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of
from lakekit.environment import ZoneSettings
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, statement
from lakekit.monitoring.metrics import Metric
from lakekit.monitoring.widget import add_widget
from lakekit.naming import pascal, slug
from lakekit.storage.encryption_key import EncryptionKey
from lakekit.storage.lifecycle_rules import Rule, default_lifecycle_rules
from lakekit.storage.log_bucket import NAME as LOG_BUCKET_NAME
from lakekit.storage.log_bucket import LogBucket
from lakekit.storage.private_bucket import PrivateBucket
from lakekit.storage.zone_access import LIST, READ, READ_KEY, ZoneAccess
from lakekit.storage.zone_names import zone_bucket
from lakekit.storage.zone_reference import ZoneReference


class Zone(Construct):
    """A zone: a private, versioned, encrypted bucket with access log, inventory and lifecycle rules.

    Args:
        scope: parent construct.
        id: PascalCase id; the zone's name unless `name` is given.
        settings: classification and lifecycle; defaults for a zone with tables.
        name: kebab-case name of the zone.
        key: the KMS key; a new one by default.
        log_bucket: the LogBucket of the same stack; the environment's log bucket by default.

    Attributes:
        name: name of the zone.
        bucket: the PrivateBucket.
        key: the EncryptionKey.
        settings: the ZoneSettings.
        inventory: the weekly `aws_s3_bucket_inventory`, in prod.

    Raises:
        ConstructError: the name is not usable, or force_destroy is set in a tier above dev.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: ZoneSettings | None = None,
        name: str | None = None,
        key: EncryptionKey | None = None,
        log_bucket: LogBucket | None = None,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names, defaults = environment.names, environment.defaults
        self.name: Final = name or slug(id)
        self.settings: Final = settings or ZoneSettings()
        self.key: Final = key or EncryptionKey(
            self,
            "Key",
            name=zone_bucket(self.name),
            description=f"Encrypts the {self.name} zone of {names.prefix}",
            force_destroy=self.settings.force_destroy,
        )
        self.bucket: Final = PrivateBucket(
            self,
            "Data",
            name=zone_bucket(self.name),
            key=self.key,
            content="tables" if self.settings.holds_tables else "files",
            force_destroy=self.settings.force_destroy,
            tags=self._tags(),
            lifecycle=self._lifecycle(self.settings.noncurrent_days or defaults.noncurrent_days),
        )
        self.log_bucket: Final = names.bucket(LOG_BUCKET_NAME)
        # S3 checks the policy of the log bucket when log delivery is switched on.
        logs_ready = [log_bucket.ready] if log_bucket else []
        self.bucket.log_to(self.log_bucket, f"access/{self.bucket.name}/", depends_on=logs_ready)
        self.notification: Final = aws.s3_bucket_notification.S3BucketNotification(
            self, "Events", bucket=self.bucket.resource.id, eventbridge=True
        )
        self.inventory: Final = self._inventory() if defaults.inventory else None
        if self.inventory is not None:
            add_dependency(self.inventory, *logs_ready)
        self._access = ZoneAccess(self, zone=self.name, bucket=self.bucket.name, alias=self.key.alias)
        # Storage metrics are reported once a day (S3 user guide, "Metrics and dimensions").
        kinds = {"StandardStorage": "standard", "IntelligentTieringFAStorage": "intelligent tiering, frequent access"}
        dimensions = {"BucketName": self.bucket.name}
        add_widget(
            self,
            f"Zone {self.name}: bytes",
            [
                Metric("AWS/S3", "BucketSizeBytes", {**dimensions, "StorageType": kind}, period=86_400, label=label)
                for kind, label in kinds.items()
            ],
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> ZoneReference:
        """Refer to a zone that another stack creates.

        Args:
            scope: parent of the reference.
            id: PascalCase id.
            name: kebab-case name of the zone.

        Raises:
            ConstructError: the environment has no zone of that name.
        """
        return ZoneReference(scope, id, name)

    @property
    def bucket_name(self) -> str:
        """Physical name of the bucket, a literal."""
        return self.bucket.name

    @property
    def key_alias(self) -> str:
        """Alias of the key that encrypts the bucket, a literal."""
        return self.key.alias

    @property
    def location(self) -> str:
        """`s3://<bucket>/`, a literal."""
        return f"s3://{self.bucket.name}/"

    def grant_read(self, grantee: Grantee, prefix: str = "") -> None:
        """Grant a role of this account to list, read and decrypt objects under a prefix.

        Args:
            grantee: a construct with a role, or the name or ARN of a role of this account.
            prefix: key prefix such as `orders/`; the whole zone by default.

        Raises:
            ConstructError: the prefix is not valid, or the ARN belongs to another account.
        """
        self._access.read(grantee, prefix)

    def grant_write(self, grantee: Grantee, prefix: str = "") -> None:
        """`grant_read`, and also write, overwrite and delete objects; previous versions are kept."""
        self._access.write(grantee, prefix)

    def grant_write_tables(self, grantee: Grantee, prefix: str) -> None:
        """`grant_write` for files of Iceberg tables; `IcebergTable.grant_write` calls it."""
        self._access.write_tables(grantee, prefix)

    def grant_admin(self, grantee: Grantee, prefix: str = "") -> None:
        """`grant_write`, and also delete versions permanently, restore and tag."""
        self._access.admin(grantee, prefix)

    def share_with(self, principal_arn: str, prefix: str) -> None:
        """Grant a role of another account to read under a prefix, in the bucket policy and the key policy.

        The other account has to grant the same to its role in IAM.

        Args:
            principal_arn: ARN of the role; whole accounts are rejected.
            prefix: key prefix such as `orders/`; the whole zone is rejected.

        Raises:
            ConstructError: not the ARN of a role, or the prefix is empty.
        """
        if ":role/" not in principal_arn or "*" in principal_arn or not prefix.strip("/"):
            raise ConstructError(
                self,
                f"cannot share {prefix or 'the whole zone'!r} with {principal_arn!r}",
                fix="pass the ARN of one role and a prefix such as `orders/`",
            )
        prefix = prefix.strip("/") + "/"
        principals = {"AWS": principal_arn}
        sid = "Share" + pascal(slug(principal_arn.rsplit("/", 1)[-1]))
        arn = self.bucket.arn
        inside = {"StringLike": {"s3:prefix": [prefix, f"{prefix}*"]}}
        self.bucket.allow(statement(f"{sid}Objects", READ, [f"{arn}/{prefix}*"], principals=principals))
        self.bucket.allow(statement(f"{sid}List", LIST[:1], [arn], principals=principals, conditions=inside))
        via = {"StringEquals": {"kms:ViaService": f"s3.{environment_of(self).region}.amazonaws.com"}}
        self.key.allow(statement(sid, READ_KEY, ["*"], principals=principals, conditions=via))

    def _tags(self) -> dict[str, str]:
        """Return the tags of the bucket; the tag `zone` only for zones of the environment file."""
        known = environment_of(self).lake.zones
        zone = {"zone": self.name} if self.name in known else {}
        return {**zone, "classification": self.settings.classification}

    def _lifecycle(self, noncurrent_days: int) -> list[Rule]:
        rules = default_lifecycle_rules(noncurrent_days)
        if self.settings.tiering_after_days is not None:
            rules.append(Rule("intelligent-tiering", tier_days=self.settings.tiering_after_days))
        if self.settings.expire_after_days is not None:
            rules.append(Rule("expire-objects", expire_days=self.settings.expire_after_days))
        return rules

    def _inventory(self) -> aws.s3_bucket_inventory.S3BucketInventory:
        """Create a weekly inventory of objects with size, age and encryption, for cost analysis and audits."""
        module = aws.s3_bucket_inventory
        target = module.S3BucketInventoryDestinationBucket(
            bucket_arn=environment_of(self).names.bucket_arn(self.log_bucket),
            account_id=environment_of(self).account_id,
            format="Parquet",
            prefix="inventory",
            encryption=module.S3BucketInventoryDestinationBucketEncryption(
                sse_s3=module.S3BucketInventoryDestinationBucketEncryptionSseS3()
            ),
        )
        return module.S3BucketInventory(
            self,
            "Inventory",
            bucket=self.bucket.resource.id,
            name="weekly",
            included_object_versions="All",
            schedule=module.S3BucketInventorySchedule(frequency="Weekly"),
            destination=module.S3BucketInventoryDestination(bucket=target),
            optional_fields=[
                "Size",
                "LastModifiedDate",
                "StorageClass",
                "EncryptionStatus",
                "IntelligentTieringAccessTier",
            ],
        )
