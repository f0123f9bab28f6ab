"""Tests of `lakekit certificates` against the local cloud."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from local_cloud_helpers import ACCOUNT

from lakekit.errors import LakekitError
from lakekit.testing import environment
from lakekit_cli.aws.cluster_certificates import ClusterCertificates
from lakekit_cli.commands.deploy import require_certificates


def test_certificates_are_created_once_and_rotated_on_request(
    environ: dict[str, str], client: Callable[..., Any], unique: str
) -> None:
    target = environment(organization="certs", account_id=ACCOUNT)
    s3, kms = client("s3"), client("kms")
    with pytest.raises(LakekitError, match="does not exist"):
        ClusterCertificates(target, boto3.Session()).exists()
    key = kms.create_key()["KeyMetadata"]["Arn"]
    found = ClusterCertificates(target, boto3.Session())
    s3.create_bucket(Bucket=found.bucket, CreateBucketConfiguration={"LocationConstraint": target.region})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3.put_bucket_encryption(Bucket=found.bucket, ServerSideEncryptionConfiguration=rules)
    assert not found.exists()
    found.upload()
    first = s3.get_object(Bucket=found.bucket, Key="emr/main/certificates.zip")
    assert first["SSEKMSKeyId"] == key
    content = first["Body"].read()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert set(file.namelist()) == {"privateKey.pem", "certificateChain.pem", "trustedCertificates.pem"}
        private = serialization.load_pem_private_key(file.read("privateKey.pem"), password=None)
        (made,) = x509.load_pem_x509_certificates(file.read("certificateChain.pem"))
    assert made.public_key() == private.public_key()
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [f"*.{target.region}.compute.internal"]
    with pytest.raises(LakekitError, match="already"):
        found.upload()
    found.upload(rotate=True)
    assert s3.get_object(Bucket=found.bucket, Key=found.key)["Body"].read() != content


def test_deploy_without_certificates_is_rejected_before_changes(
    environ: dict[str, str], client: Callable[..., Any]
) -> None:
    cluster = {"cluster": {"enabled": True}}
    target = environment(organization="certless", account_id=ACCOUNT, processing=cluster)
    found = ClusterCertificates(target, boto3.Session())
    client("s3").create_bucket(Bucket=found.bucket, CreateBucketConfiguration={"LocationConstraint": target.region})
    with pytest.raises(LakekitError, match="no certificates") as error:
        require_certificates(target)
    assert error.value.fix == f"lakekit certificates {target.name}"
    client("s3").put_object(Bucket=found.bucket, Key=found.key, Body=b"zip")
    require_certificates(target)
    require_certificates(environment(organization="certless", account_id=ACCOUNT))
