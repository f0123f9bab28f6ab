"""S3 bucket for the Terraform state; it must exist before Terraform runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from lakekit.environment import Environment, S3Backend
from lakekit.errors import LakekitError
from lakekit_cli.aws.account import require_account

# State holds secrets and is hard to rebuild: keep overwritten versions for a year.
_NONCURRENT_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the bucket.

    Attributes:
        description: Text for the output.
        missing: Whether the bucket lacks the setting.
        apply: Applies the setting.
    """

    description: str
    missing: bool
    apply: Callable[[], Any]


class StateBucket:
    """State bucket of an environment: private, versioned, encrypted, TLS 1.2 or later.

    Args:
        environment: Environment with an S3 backend.
        session: boto3 session with credentials for the environment's account.

    Raises:
        LakekitError: The backend is not S3, or the credentials belong to another account.
    """

    def __init__(self, environment: Environment, session: Any) -> None:
        backend = environment.backend
        if not isinstance(backend, S3Backend):
            raise LakekitError(
                f"{environment.name} stores its state in local files and needs no bucket",
                fix="use an environment with `backend: {kind: s3}`",
            )
        require_account(environment, session)
        self.region = backend.region or environment.region
        self.name = backend.bucket_name(environment.names)
        self._arn = environment.names.bucket_arn(self.name)
        self._key = backend.kms_key_id
        self._owner = environment.owner
        self._account = environment.account_id
        self._s3 = session.client("s3", region_name=self.region)

    def settings(self) -> Iterator[Setting]:
        """Yield the settings in the order in which they are applied; each is read when it is reached."""
        yield Setting(f"bucket {self.name} in {self.region}", not self._exists(), self._create)
        expected: list[tuple[str, str, str, dict[str, Any]]] = [
            (
                "no public access",
                "public_access_block",
                "PublicAccessBlockConfiguration",
                dict.fromkeys(
                    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
                ),
            ),
            (
                "no ACLs",
                "bucket_ownership_controls",
                "OwnershipControls",
                {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            ),
            ("encryption", "bucket_encryption", "ServerSideEncryptionConfiguration", {"Rules": [self._encryption()]}),
            (
                "expiry of old versions",
                "bucket_lifecycle_configuration",
                "LifecycleConfiguration",
                _lifecycle(),
            ),
        ]
        yield Setting("versioning", self._versioning() != "Enabled", self._enable_versioning)
        for description, operation, argument, value in expected:
            yield Setting(
                description,
                not _includes(self._get(operation, argument), value),
                self._setting_writer(operation, argument, value),
            )
        policy = self._policy()
        found = self._get("bucket_policy", "Policy")
        yield Setting("TLS 1.2 or later", not found or json.loads(found) != policy, self._policy_writer(policy))

    def _exists(self) -> bool:
        try:
            self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self._account)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise LakekitError(
                f"bucket {self.name} cannot be read: {error.response['Error']['Code']}",
                fix="it may belong to another account: set backend.bucket in the environment file",
            ) from error
        return True

    def _create(self) -> None:
        # CreateBucket rejects us-east-1 as a location constraint.
        location = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        options = location if self.region != "us-east-1" else {}
        self._s3.create_bucket(Bucket=self.name, ObjectOwnership="BucketOwnerEnforced", **options)

    def _versioning(self) -> str | None:
        status: str | None = self._s3.get_bucket_versioning(Bucket=self.name).get("Status")
        return status

    def _enable_versioning(self) -> None:
        self._s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})

    def _get(self, operation: str, argument: str) -> Any:
        method = getattr(self._s3, f"get_{operation}")
        try:
            answer = method(Bucket=self.name)
        except ClientError as error:
            if error.response["Error"]["Code"].startswith("NoSuch") or "NotFound" in error.response["Error"]["Code"]:
                return None
            raise
        return answer.get(argument, answer)

    def _setting_writer(self, operation: str, argument: str, value: dict[str, Any]) -> Callable[[], Any]:
        return lambda: getattr(self._s3, f"put_{operation}")(Bucket=self.name, **{argument: value})

    def _policy_writer(self, policy: dict[str, Any]) -> Callable[[], Any]:
        return lambda: self._s3.put_bucket_policy(Bucket=self.name, Policy=json.dumps(policy))

    def _encryption(self) -> dict[str, Any]:
        by_default = (
            {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self._key} if self._key else {"SSEAlgorithm": "AES256"}
        )
        return {"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": bool(self._key)}

    def _policy(self) -> dict[str, Any]:
        conditions = {
            "DenyPlainHttp": {"Bool": {"aws:SecureTransport": "false"}},
            "DenyOldTls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        }
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": sid,
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [self._arn, f"{self._arn}/*"],
                    "Condition": condition,
                }
                for sid, condition in conditions.items()
            ],
        }


def _lifecycle() -> dict[str, Any]:
    return {
        "Rules": [
            {
                "ID": "expire-old-versions",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "NoncurrentVersionExpiration": {"NoncurrentDays": _NONCURRENT_DAYS, "NewerNoncurrentVersions": 10},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            }
        ]
    }


def _includes(found: Any, expected: Any) -> bool:
    """Whether the found value has every expected field; AWS adds fields of its own."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(_includes(found.get(key), value) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(_includes, found, expected))
    return bool(found == expected)
