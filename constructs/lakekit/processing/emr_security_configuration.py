"""Security configuration of EMR clusters: encryption at rest and in transit, and the instance metadata service."""

from __future__ import annotations

import json
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.storage.encryption_key import key_arn
from lakekit.storage.log_bucket import NAME as LOG_BUCKET_NAME
from lakekit.storage.zone_names import zone_bucket, zone_key


def certificates_key(cluster: str) -> str:
    """Return the key of a cluster's certificates in the artifact bucket."""
    return f"emr/{cluster}/certificates.zip"


class EmrSecurityConfiguration(Construct):
    """Encryption at rest and in transit, and IMDSv2, for EMR clusters.

    Volumes, including the root volume, are encrypted with a customer managed key. EMRFS writes objects with the key of
    the zone, since the bucket of a zone rejects every other key. TLS between nodes uses certificates from a zip of PEM
    files in S3 (EMR management guide, "Providing certificates for encrypting data in transit").

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the security configuration.
        disk_key_arn: key of volumes, and of buckets that are not a zone.
        certificates: `s3://…/certificates.zip` with privateKey.pem, certificateChain.pem and trustedCertificates.pem.

    Attributes:
        name: physical name, a literal.
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
            # IMDSv2 only: a request forged through a job cannot read the role's credentials.
            "InstanceMetadataServiceConfiguration": {
                "MinimumInstanceMetadataServiceVersion": 2,
                "HttpPutResponseHopLimit": 1,
            },
        }
        self.resource: Final = aws.emr_security_configuration.EmrSecurityConfiguration(
            self, "Configuration", name=self.name, configuration=json.dumps(configuration)
        )

    def _by_bucket(self) -> list[dict[str, str]]:
        environment = environment_of(self)
        names, lake = environment.names, environment.lake
        zones = [
            {
                "BucketName": names.bucket(zone_bucket(zone)),
                "EncryptionMode": "SSE-KMS",
                "AwsKmsKey": key_arn(self, names.key_alias(zone_key(lake.keys, zone))),
            }
            for zone in lake.zones
        ]
        return [*zones, {"BucketName": names.bucket(LOG_BUCKET_NAME), "EncryptionMode": "SSE-S3"}]
