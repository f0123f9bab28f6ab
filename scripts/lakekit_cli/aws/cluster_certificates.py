"""Certificates for TLS between the nodes of an EMR cluster: made in memory, kept in the artifact bucket."""

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

# Two years: longer than any cluster should stand, shorter than anybody forgets (`--rotate`).
_DAYS: Final = 730


def certificate_bundle(region: str, *, days: int = _DAYS) -> bytes:
    """A zip of PEM files as EMR wants them, self-signed, for the private names of a region's instances.

    Names as in the EMR management guide, "Providing certificates for encrypting data in transit": a wildcard for
    the private DNS domain, which is `ec2.internal` in us-east-1 and `<region>.compute.internal` elsewhere.
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
    """The bundle of one cluster of an environment.

    Args:
        environment: whose cluster.
        session: a boto3 session with credentials of the environment's account.
        cluster: the cluster's word.

    Raises:
        LakekitError: the credentials are of another account.
    """

    def __init__(self, environment: Environment, session: Any, cluster: str = "main") -> None:
        account = session.client("sts", region_name=environment.region).get_caller_identity()["Account"]
        if account != environment.account_id:
            raise LakekitError(
                f"these credentials are of account {account}, and {environment.name} is in {environment.account_id}",
                fix="log in to that account: aws sso login, or AWS_PROFILE",
            )
        self.bucket = environment.names.bucket(ARTIFACT_NAME)
        self.key = certificates_key(cluster)
        self._environment = environment
        self._s3 = session.client("s3", region_name=environment.region)

    @property
    def uri(self) -> str:
        """Where the cluster looks for it."""
        return f"s3://{self.bucket}/{self.key}"

    def exists(self) -> bool:
        """Whether there is a bundle.

        Raises:
            LakekitError: the bucket is not there yet, or not ours to read.
        """
        try:
            self._s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self._environment.account_id)
        except ClientError as error:
            raise LakekitError(
                f"bucket {self.bucket} is not there, or closed to you: {error.response['Error']['Code']}",
                fix=f"lakekit deploy {self._environment.name} --stack storage makes it; "
                f"then lakekit certificates {self._environment.name}",
            ) from error
        try:
            self._s3.head_object(Bucket=self.bucket, Key=self.key, ExpectedBucketOwner=self._environment.account_id)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def upload(self, *, rotate: bool = False) -> None:
        """Make a bundle and upload it under the bucket's key; its private key is never on a disk of this machine.

        Raises:
            LakekitError: there is one, and `rotate` does not say to replace it.
        """
        if self.exists() and not rotate:
            raise LakekitError(
                "there are certificates already", where=self.uri, fix="--rotate replaces them; then start nodes anew"
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
        """The key that the bucket encrypts with: its policy refuses every other."""
        found = self._s3.get_bucket_encryption(Bucket=self.bucket)
        (rule,) = found["ServerSideEncryptionConfiguration"]["Rules"]
        arn: str = rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]
        return arn
