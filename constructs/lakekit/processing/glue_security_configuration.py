"""Glue security configuration: encryption of output, logs and bookmarks."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.monitoring import logs_key_statement
from lakekit.naming import Names
from lakekit.storage import EncryptionKey, ZoneLike, resolve_zone
from lakekit.storage.encryption_key import key_arn

_NAME: Final = "glue"


def glue_security_configuration_name(names: Names) -> str:
    """Return the name of the environment's security configuration, for jobs and crawlers of any stack."""
    return names.resource(_NAME)


def glue_key_alias(names: Names) -> str:
    """Return the alias of the key of Glue's logs and bookmarks."""
    return names.key_alias(_NAME)


def log_group_prefix(names: Names) -> str:
    """Return the prefix of the log groups that Glue creates for its jobs."""
    return names.log_group(_NAME)


class GlueSecurityConfiguration(Construct):
    """Security configuration of all Glue jobs and crawlers of the environment.

    Logs and bookmarks have their own key. Glue's native writers use the key of one zone, since the bucket of a zone
    rejects every other key; Iceberg writes its files with the default key of their bucket.

    Args:
        scope: parent construct.
        id: PascalCase id.
        zone: zone that Glue's native writers may write files to: a Zone, a ZoneReference or a name; `curated` by
            default, or the last zone of tables.

    Attributes:
        name: physical name, a literal.
        key: EncryptionKey of logs and bookmarks.
        resource: the `aws_glue_security_configuration`.
    """

    def __init__(self, scope: Construct, id: str, *, zone: ZoneLike | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names, lake = environment.names, environment.lake
        self.name: Final = glue_security_configuration_name(names)
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=_NAME,
            description=f"Encrypts Glue logs and bookmarks of {names.prefix}",
            allow_direct_use=True,
        )
        self.key.allow(logs_key_statement(self, pattern=f"{log_group_prefix(names)}*"))
        holding = [name for name, settings in lake.zones.items() if settings.holds_tables]
        default = "curated" if "curated" in holding else (holding or list(lake.zones))[-1]
        zone = resolve_zone(self, zone or default)
        module = aws.glue_security_configuration
        prefix = "GlueSecurityConfigurationEncryptionConfiguration"
        self.resource: Final = module.GlueSecurityConfiguration(
            self,
            "Security",
            name=self.name,
            encryption_configuration=getattr(module, prefix)(
                cloudwatch_encryption=getattr(module, f"{prefix}CloudwatchEncryption")(
                    cloudwatch_encryption_mode="SSE-KMS", kms_key_arn=self.key.arn
                ),
                job_bookmarks_encryption=getattr(module, f"{prefix}JobBookmarksEncryption")(
                    job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=self.key.arn
                ),
                s3_encryption=getattr(module, f"{prefix}S3Encryption")(
                    s3_encryption_mode="SSE-KMS",
                    kms_key_arn=key_arn(self, zone.key_alias),
                ),
            ),
        )
