"""Certificates for TLS between the nodes of an EMR cluster: created in memory, stored in the artifact bucket."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from lakekit.environment import Environment
from lakekit.errors import LakekitError
from lakekit.processing.emr_security_configuration import certificates_key
from lakekit.storage.artifacts import NAME as ARTIFACT_NAME
from lakekit_cli.aws.account import require_account

# Two years: longer than a cluster should live, short enough that rotation stays in use (`--rotate`).
_DAYS: Final = 730


def certificate_bundle(region: str, *, days: int = _DAYS) -> bytes:
    """Return a zip of self-signed PEM files in the layout that EMR reads.

    The certificate covers the private DNS domain of a region's instances with a wildcard: `ec2.internal` in
    us-east-1, `<region>.compute.internal` elsewhere (EMR Management Guide, "Providing certificates for encrypting
    data in transit").

    Args:
        region: AWS region of the cluster.
        days: Validity in days.
    """
    domain = "*.ec2.internal" if region == "us-east-1" else f"*.{region}.compute.internal"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("privateKey.pem", private)
        file.writestr("certificateChain.pem", public)
        file.writestr("trustedCertificates.pem", public)
    return packed.getvalue()


class ClusterCertificates:
    """Certificate bundle of one EMR cluster.

    Args:
        environment: Environment of the cluster.
        session: boto3 session with credentials for the environment's account.
        cluster: Short name of the cluster.

    Raises:
        LakekitError: The credentials belong to another account.
    """

    def __init__(self, environment: Environment, session: Any, cluster: str = "main") -> None:
        require_account(environment, session)
        self.bucket = environment.names.bucket(ARTIFACT_NAME)
        self.key = certificates_key(cluster)
        self._environment = environment
        self._s3 = session.client("s3", region_name=environment.region)

    @property
    def uri(self) -> str:
        """S3 URI from which the cluster reads the bundle."""
        return f"s3://{self.bucket}/{self.key}"

    def exists(self) -> bool:
        """Whether the bundle exists.

        Raises:
            LakekitError: The bucket does not exist or cannot be read.
        """
        try:
            self._s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self._environment.account_id)
        except ClientError as error:
            raise LakekitError(
                f"bucket {self.bucket} does not exist or access is denied: {error.response['Error']['Code']}",
                fix=f"create it: lakekit deploy {self._environment.name} --stack storage; "
                f"then run lakekit certificates {self._environment.name}",
            ) from error
        try:
            self._s3.head_object(Bucket=self.bucket, Key=self.key, ExpectedBucketOwner=self._environment.account_id)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def upload(self, *, rotate: bool = False) -> None:
        """Create a bundle and upload it, encrypted with the bucket's key; the private key is never written to disk.

        Args:
            rotate: Replace an existing bundle.

        Raises:
            LakekitError: A bundle exists and `rotate` is False.
        """
        if self.exists() and not rotate:
            raise LakekitError(
                "the certificates already exist",
                where=self.uri,
                fix="use --rotate, then restart the nodes",
            )
        self._s3.put_object(
            Bucket=self.bucket,
            Key=self.key,
            Body=certificate_bundle(self._environment.region),
            ContentType="application/zip",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self._key_arn(),
            ExpectedBucketOwner=self._environment.account_id,
        )

    def _key_arn(self) -> str:
        """Return the default encryption key of the bucket; its policy denies every other key."""
        found = self._s3.get_bucket_encryption(Bucket=self.bucket)
        (rule,) = found["ServerSideEncryptionConfiguration"]["Rules"]
        arn: str = rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]
        return arn
