"""Tests of S3 Object Lock: retention, bypass, and settings of buckets that have objects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, refused
from local_cloud_helpers import REGION, session_of

Client = Callable[..., Any]
NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = [NOW + timedelta(days=number) for number in range(5)]


def code(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


@pytest.fixture
def locked(client: Client, unique: str) -> str:
    """A bucket with Object Lock."""
    name = f"locked-{unique}"
    client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}, ObjectLockEnabledForBucket=True
    )
    return name


def retained(client: Client, bucket: str, mode: str, until: datetime) -> dict[str, str]:
    """Put an object with a retention; returns the parameters that name its version."""
    made = client("s3").put_object(
        Bucket=bucket, Key="k", Body=b"x", ObjectLockMode=mode, ObjectLockRetainUntilDate=until
    )
    return {"Bucket": bucket, "Key": "k", "VersionId": made["VersionId"]}


def retention(mode: str, until: datetime) -> dict[str, Any]:
    return {"Retention": {"Mode": mode, "RetainUntilDate": until}}


def test_versioning_is_not_suspended(client: Client, locked: str) -> None:
    versioning = client("s3").put_bucket_versioning
    assert code(versioning, Bucket=locked, VersioningConfiguration={"Status": "Suspended"}) == "InvalidBucketState"
    versioning(Bucket=locked, VersioningConfiguration={"Status": "Enabled"})


def test_governance(client: Client, role: Callable[..., str], locked: str) -> None:
    s3, one = client("s3"), retained(client, locked, "GOVERNANCE", DAYS[2])
    for loosened in (retention("GOVERNANCE", DAYS[1]), {"Retention": {}}):
        assert code(s3.put_object_retention, **one, **loosened) == "AccessDenied"
    s3.put_object_retention(**one, **retention("GOVERNANCE", DAYS[3]))
    without = session_of(client, role(allow(["s3:PutObjectRetention", "s3:DeleteObjectVersion"]), name="without"))
    shorter = {**one, **retention("GOVERNANCE", DAYS[1]), "BypassGovernanceRetention": True}
    assert "s3:BypassGovernanceRetention" in refused(without.client("s3").put_object_retention, **shorter)
    assert code(without.client("s3").delete_object, **one, BypassGovernanceRetention=False) == "AccessDenied"
    s3.put_object_retention(**shorter)
    assert s3.get_object_retention(**one)["Retention"]["RetainUntilDate"] == DAYS[1]
    assert code(s3.delete_object, **one) == "AccessDenied"
    s3.delete_object(**one, BypassGovernanceRetention=True)


def test_compliance(client: Client, locked: str) -> None:
    s3, one = client("s3"), retained(client, locked, "GOVERNANCE", DAYS[1])
    s3.put_object_retention(**one, **retention("COMPLIANCE", DAYS[2]))
    for loosened in (retention("COMPLIANCE", DAYS[1]), retention("GOVERNANCE", DAYS[3]), {"Retention": {}}):
        assert code(s3.put_object_retention, **one, **loosened, BypassGovernanceRetention=True) == "AccessDenied"
    assert code(s3.delete_object, **one, BypassGovernanceRetention=True) == "AccessDenied"
    s3.put_object_retention(**one, **retention("COMPLIANCE", DAYS[3]))


def test_dates(client: Client, locked: str) -> None:
    s3, one = client("s3"), retained(client, locked, "GOVERNANCE", DAYS[1])
    past = NOW - timedelta(days=1)
    assert code(s3.put_object_retention, **one, **retention("GOVERNANCE", past)) == "InvalidArgument"
    new = {"Bucket": locked, "Key": "n", "Body": b"x"}
    assert code(s3.put_object, **new, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=past) == "InvalidArgument"
    assert code(s3.put_object, **new, ObjectLockMode="GOVERNANCE") == "InvalidArgument"


def test_default_retention(client: Client, locked: str, bucket: str) -> None:
    s3 = client("s3")

    def put(name: str, **default: Any) -> Any:
        rule = {"Rule": {"DefaultRetention": default}} if default else {}
        return s3.put_object_lock_configuration(
            Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", **rule}
        )

    put(locked, Mode="COMPLIANCE", Days=1)
    s3.put_object(Bucket=locked, Key="k", Body=b"x")
    found = s3.get_object_retention(Bucket=locked, Key="k")["Retention"]
    assert found["Mode"] == "COMPLIANCE"
    assert found["RetainUntilDate"] > NOW
    # The bucket has an object by now.
    put(locked, Mode="GOVERNANCE", Years=1)
    shown = s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert (shown["Rule"]["DefaultRetention"]["Mode"], shown["Rule"]["DefaultRetention"]["Years"]) == ("GOVERNANCE", 1)
    for wrong in ({"Mode": "GOVERNANCE"}, {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}):
        assert code(put, name=locked, **wrong) == "MalformedXML"
    put(locked)
    s3.put_object(Bucket=locked, Key="free", Body=b"x")
    missing = "NoSuchObjectLockConfiguration"
    assert code(s3.get_object_retention, Bucket=locked, Key="free") == missing
    assert code(s3.get_object_retention, Bucket=locked, Key="none") == "NoSuchKey"
    # Existing buckets can have Object Lock, with versioning.
    assert code(s3.get_object_retention, Bucket=bucket, Key="k") == "InvalidRequest"
    assert code(put, name=bucket) == "InvalidBucketState"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    put(bucket, Mode="GOVERNANCE", Days=3)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert s3.get_object_retention(Bucket=bucket, Key="k")["Retention"]["Mode"] == "GOVERNANCE"


def test_key_of_encryption_needs_its_algorithm(client: Client, bucket: str) -> None:
    s3, key = client("s3"), client("kms").create_key()["KeyMetadata"]["Arn"]
    for more in ({}, {"ServerSideEncryption": "AES256"}):
        assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"x", SSEKMSKeyId=key, **more) == "InvalidArgument"
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", SSEKMSKeyId=key, ServerSideEncryption="aws:kms")
