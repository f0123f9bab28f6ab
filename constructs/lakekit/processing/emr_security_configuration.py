"""The security configuration of EMR clusters: disks, files, wire, metadata service."""

from __future__ import annotations

import json
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.storage.encryption_key import key_arn
from lakekit.storage.log_bucket import NAME_PARTS as LOG_BUCKET_NAME_PARTS
from lakekit.storage.zone_names import key_name_parts, zone_name_parts


def certificates_key(cluster: str) -> str:
    """Where in the artifact bucket the certificates of a cluster of that word lie."""
    return f"emr/{cluster}/certificates.zip"


class EmrSecurityConfiguration(Construct):
    """At-rest and in-transit encryption and IMDSv2 for clusters.

    Disks, the root volume too, are on a key of ours. What EMRFS writes carries the key of the zone it writes to,
    since each zone's bucket refuses every other key. TLS between nodes takes the certificates that lie as a zip of
    PEM files in S3 (EMR management guide, "Providing certificates for encrypting data in transit").

    Args:
        scope: where it stands.
        id: PascalCase id.
        name: the security configuration's short name.
        disk_key_arn: the key of disks, and of buckets that are no zone.
        certificates: `s3://…/certificates.zip` with privateKey.pem, certificateChain.pem and trustedCertificates.pem.

    Attributes:
        name: its name, a literal.
        resource: the `aws_emr_security_configuration`.
    """

    def __init__(self, scope: Construct, id: str, *, name: str, disk_key_arn: str, certificates: str) -> None:
        super().__init__(scope, id)
        self.name: Final = environment_of(self).names.resource("emr", name)
        at_rest = {
            "S3EncryptionConfiguration": {
                "EncryptionMode": "SSE-KMS",
                "AwsKmsKey": disk_key_arn,
                "Overrides": self._by_bucket(),
            },
            "LocalDiskEncryptionConfiguration": {
                "EncryptionKeyProviderType": "AwsKms",
                "AwsKmsKey": disk_key_arn,
                "EnableEbsEncryption": True,
            },
        }
        in_transit = {"TLSCertificateConfiguration": {"CertificateProviderType": "PEM", "S3Object": certificates}}
        configuration = {
            "EncryptionConfiguration": {
                "EnableAtRestEncryption": True,
                "EnableInTransitEncryption": True,
                "AtRestEncryptionConfiguration": at_rest,
                "InTransitEncryptionConfiguration": in_transit,
            },
            # Version 2 alone: a request forged through a job cannot read the role's credentials.
            "InstanceMetadataServiceConfiguration": {
                "MinimumInstanceMetadataServiceVersion": 2,
                "HttpPutResponseHopLimit": 1,
            },
        }
        self.resource: Final[Any] = aws.emr_security_configuration.EmrSecurityConfiguration(
            self, "Configuration", name=self.name, configuration=json.dumps(configuration)
        )

    def _by_bucket(self) -> list[dict[str, str]]:
        environment = environment_of(self)
        names, lake = environment.names, environment.lake
        zones = [
            {
                "BucketName": names.bucket(*zone_name_parts(zone)),
                "EncryptionMode": "SSE-KMS",
                "AwsKmsKey": key_arn(self, names.key_alias(*key_name_parts(lake.keys, zone))),
            }
            for zone in lake.zones
        ]
        return [*zones, {"BucketName": names.bucket(*LOG_BUCKET_NAME_PARTS), "EncryptionMode": "SSE-S3"}]
