"""Glue security configuration: encryption of output, logs and bookmarks."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import Environment
from lakekit.monitoring import logs_key_statement
from lakekit.naming import Names, pascal
from lakekit.storage import EncryptionKey
from lakekit.storage.encryption_key import key_arn
from lakekit.storage.zone_names import zone_key

_NAME: Final = "glue"


def default_output_zone(environment: Environment) -> str:
    """Return the zone of files of Glue jobs that name none: `curated`, or the last zone of tables."""
    zones = environment.lake.zones
    holding = [name for name, settings in zones.items() if settings.holds_tables]
    return "curated" if "curated" in holding else (holding or list(zones))[-1]


def zone_key_alias(environment: Environment, zone: str) -> str:
    """Return the alias of the key of a zone."""
    return environment.names.key_alias(zone_key(environment.lake.keys, zone))


def glue_security_configuration_name(environment: Environment, zone: str | None = None) -> str:
    """Return the name of the security configuration with the key of a zone, for jobs and crawlers of any stack.

    Args:
        environment: the environment.
        zone: zone of the files that Glue's own writers write; `default_output_zone` by default.
    """
    default = default_output_zone(environment)
    if zone is None or zone_key_alias(environment, zone) == zone_key_alias(environment, default):
        return environment.names.resource(_NAME)
    return environment.names.resource(_NAME, zone)


def glue_key_alias(names: Names) -> str:
    """Return the alias of the key of Glue's logs and bookmarks."""
    return names.key_alias(_NAME)


def log_group_prefix(names: Names) -> str:
    """Return the prefix of the log groups that Glue creates for its jobs."""
    return names.log_group(_NAME)


class GlueSecurityConfiguration(Construct):
    """Security configurations of all Glue jobs and crawlers of the environment, one for each key of the zones.

    Logs and bookmarks have their own key. Glue's native writers use the key of one zone, since the bucket of a zone
    rejects every other key; Iceberg writes its files with the default key of their bucket.

    Args:
        scope: parent construct.
        id: PascalCase id.

    Attributes:
        name: physical name of the configuration with the key of the default zone, a literal.
        key: EncryptionKey of logs and bookmarks.
        resource: the `aws_glue_security_configuration` of that name.
        by_zone: with `lake.keys: per-zone`, the `aws_glue_security_configuration` of each other zone.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.name: Final = glue_security_configuration_name(environment)
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=_NAME,
            description=f"Encrypts Glue logs and bookmarks of {names.prefix}",
            allow_direct_use=True,
        )
        # A crawler with a security configuration logs to a group named after its role and the configuration (Glue
        # developer guide, "Step 3: Configure security settings").
        crawlers = f"/aws-glue/crawlers-role/{names.prefix}-*"
        self.key.allow(logs_key_statement(self, f"{log_group_prefix(names)}*", crawlers))
        default = default_output_zone(environment)
        self.resource: Final = self._configuration("Security", self.name, default)
        self.by_zone: Final = {
            zone: self._configuration(f"{pascal(zone)}Security", name, zone)
            for zone in environment.lake.zones
            if (name := glue_security_configuration_name(environment, zone)) != self.name
        }

    def _configuration(
        self, id: str, name: str, zone: str
    ) -> aws.glue_security_configuration.GlueSecurityConfiguration:
        module = aws.glue_security_configuration
        prefix = "GlueSecurityConfigurationEncryptionConfiguration"
        return module.GlueSecurityConfiguration(
            self,
            id,
            name=name,
            encryption_configuration=getattr(module, prefix)(
                cloudwatch_encryption=getattr(module, f"{prefix}CloudwatchEncryption")(
                    cloudwatch_encryption_mode="SSE-KMS", kms_key_arn=self.key.arn
                ),
                job_bookmarks_encryption=getattr(module, f"{prefix}JobBookmarksEncryption")(
                    job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=self.key.arn
                ),
                s3_encryption=getattr(module, f"{prefix}S3Encryption")(
                    s3_encryption_mode="SSE-KMS",
                    kms_key_arn=key_arn(self, zone_key_alias(environment_of(self), zone)),
                ),
            ),
        )
