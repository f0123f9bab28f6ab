"""Physical names and ARNs, derived deterministically from environment and construct.

Nothing is looked up: the same environment and the same parts give the same name in every repository and on every
machine. Policies can therefore contain literal ARNs.

A name is `<organization>-<environment>-<parts>`, and for globally unique resources `…-<account id>-<region>`.
Organization and environment contain neither hyphens nor underscores, so the first two parts of a name identify the
owner. A name that exceeds the limit of its service is cut and ends with eight hex digits of the SHA-256 of the full
name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# Limits and allowed characters: the service documentation named in each method.
_DIGEST_LENGTH: Final = 8
KEBAB_CASE: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")

_PARTITIONS: Final = (
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
)


def partition(region: str) -> str:
    """Return the ARN partition of a region: `aws`, `aws-cn`, `aws-us-gov`, …"""
    return next((name for prefix, name, _ in _PARTITIONS if region.startswith(prefix)), "aws")


def slug(text: str) -> str:
    """Return text in kebab case: `OrderEvents`, `order_events` or `Order events` as `order-events`.

    Raises:
        ValueError: the text contains no letters or digits, or starts with a digit.
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", text)
    result = re.sub(r"[^a-z0-9]+", "-", spaced.lower()).strip("-")
    if not KEBAB_CASE.match(result):
        raise ValueError(
            f"{text!r} cannot be converted to a name: it has to start with a letter and contain letters and digits"
        )
    return result


def pascal(name: str) -> str:
    """Return a kebab-case name in PascalCase, for construct ids and Sids: `order-events` as `OrderEvents`."""
    return "".join(part.capitalize() for part in name.split("-"))


def fit(name: str, limit: int) -> str:
    """Return `name`, or its beginning and a digest of the whole name if it is longer than `limit`."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_LENGTH]
    separator = "_" if "_" in name and "-" not in name else "-"
    return f"{name[: limit - _DIGEST_LENGTH - 1].rstrip('-_')}{separator}{digest}"


@dataclass(frozen=True, slots=True)
class Names:
    """Physical names and ARNs of one environment.

    Args:
        organization: lower-case letters and digits, a letter first, at most 12.
        environment: the same, at most 12.
        account_id: the 12 digits of the AWS account.
        region: the AWS region, such as `eu-west-1`.
    """

    organization: str
    environment: str
    account_id: str
    region: str

    @property
    def prefix(self) -> str:
        """`<organization>-<environment>`, the prefix of every name."""
        return f"{self.organization}-{self.environment}"

    @property
    def partition(self) -> str:
        """The ARN partition of the environment's region."""
        return partition(self.region)

    def stack(self, name: str) -> str:
        """The stack's name, `<environment>-<stack>`, as `cdktf deploy` takes it."""
        return f"{self.environment}-{name}"

    def bucket(self, *name_parts: str) -> str:
        """An S3 bucket, globally unique: 63 characters at most (S3 bucket naming rules)."""
        suffix = f"-{self.account_id}-{self.region}"
        return fit(self._join(name_parts), 63 - len(suffix)) + suffix

    def role(self, *name_parts: str) -> str:
        """An IAM role: 64 characters at most (IAM and STS quotas)."""
        return fit(self._join(name_parts), 64)

    def key_alias(self, *name_parts: str) -> str:
        """A KMS alias with its `alias/` prefix: 256 characters at most (CreateAlias)."""
        return "alias/" + fit(self._join(name_parts), 250)

    def database(self, *name_parts: str) -> str:
        """A Glue database: lower case, digits and underscores; cut at 128 of the 255 allowed, for Athena and Spark."""
        return fit(self._join(name_parts).replace("-", "_"), 128)

    def database_pattern(self) -> str:
        """Return a pattern that matches the Glue databases of this environment only."""
        return self.prefix.replace("-", "_") + "_*"

    def resource(self, *name_parts: str) -> str:
        """A plain regional resource (registry, workgroup, topic, …): 128 characters at most."""
        return fit(self._join(name_parts), 128)

    def log_group(self, *name_parts: str) -> str:
        """A CloudWatch log group, `/<organization>-<environment>/<parts>`: 512 characters at most (CreateLogGroup)."""
        self._join(name_parts)
        return fit("/" + "/".join((self.prefix, *name_parts)), 512)

    def bucket_arn(self, bucket: str) -> str:
        """The ARN of a bucket, given its name."""
        return f"arn:{self.partition}:s3:::{bucket}"

    def role_arn(self, role: str) -> str:
        """The ARN of a role of this account, given its name."""
        return f"arn:{self.partition}:iam::{self.account_id}:role/{role}"

    def policy_arn(self, policy: str) -> str:
        """The ARN of a managed policy of this account, given its name."""
        return f"arn:{self.partition}:iam::{self.account_id}:policy/{policy}"

    def role_arns(self, references: Iterable[str]) -> list[str]:
        """ARNs of roles that are given as ARNs, or as names of roles of this account."""
        return [role if role.startswith("arn:") else self.role_arn(role) for role in references]

    def secret_arn(self, secret: str) -> str:
        """The ARN of a secret that is given as an ARN or by name; Secrets Manager appends six characters to ARNs."""
        return secret if secret.startswith("arn:") else self.arn("secretsmanager", f"secret:{secret}-??????")

    def root_arn(self) -> str:
        """The ARN of the account itself, as a principal."""
        return f"arn:{self.partition}:iam::{self.account_id}:root"

    def arn(self, service: str, resource: str) -> str:
        """`arn:<partition>:<service>:<region>:<account>:<resource>`."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def _join(self, name_parts: tuple[str, ...]) -> str:
        for part in name_parts:
            if not KEBAB_CASE.match(part):
                raise ValueError(
                    f"{part!r} is not a valid part of a name: "
                    "use lower-case letters, digits and single hyphens, a letter first"
                )
        if not name_parts:
            raise ValueError("a name needs at least one part")
        return "-".join((self.prefix, *name_parts))
