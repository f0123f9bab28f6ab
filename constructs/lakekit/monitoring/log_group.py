"""CloudWatch log groups."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Statement, statement
from lakekit.storage.encryption_key import EncryptionKey

# Retention in days that CloudWatch Logs accepts (PutRetentionPolicy).
RETENTIONS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def logs_key_statement(construct: Construct, *patterns: str) -> Statement:
    """Return the key policy statement that allows CloudWatch Logs to use a key for log groups of name patterns.

    The encryption context is the ARN of the log group, so that the key can be used only for these groups
    (CloudWatch Logs user guide, "Encrypt log data using KMS").
    """
    environment = environment_of(construct)
    names = environment.names
    return statement(
        "EncryptLogs",
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        ["*"],
        principals={"Service": f"logs.{environment.region}.amazonaws.com"},
        conditions={
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": [names.arn("logs", f"log-group:{one}") for one in patterns]
            },
        },
    )


class LogGroup(Construct):
    """A CloudWatch log group with retention, encrypted with a customer-managed key.

    Args:
        scope: parent construct.
        id: PascalCase id.
        path: kebab-case names, separated by slashes, such as `kafka/main`; the log group is
            `/<organization>-<environment>/<path>`.
        key: the key; its policy gets a statement for this log group.
        retention_days: 30 (sandbox), 90 (dev), 180 (staging), 365 (prod) by default.

    Attributes:
        name: physical name, a literal.
        arn: ARN, a literal without the `:*` of its streams.
        resource: the `aws_cloudwatch_log_group`.

    Raises:
        ConstructError: CloudWatch Logs does not accept the retention.
    """

    def __init__(
        self, scope: Construct, id: str, *, path: str, key: EncryptionKey, retention_days: int | None = None
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        days = retention_days or environment.defaults.log_days
        if days not in RETENTIONS:
            raise ConstructError(
                self,
                f"retention_days {days} is not allowed by CloudWatch Logs",
                fix=f"use one of {', '.join(map(str, RETENTIONS))}",
            )
        name = environment.names.log_group(*path.split("/"))
        self.name: Final = name
        self.arn: Final = environment.names.arn("logs", f"log-group:{name}")
        granted = logs_key_statement(self, name)
        key.allow({**granted, "Sid": f"EncryptLogs{_letters(name)}"})
        self.resource: Final = aws.cloudwatch_log_group.CloudwatchLogGroup(
            self, "Group", name=name, retention_in_days=days, kms_key_id=key.arn
        )

    def write_statement(self, sid: str = "WriteLogs") -> Statement:
        """Return the identity statement that allows writing to streams of this group."""
        actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        return statement(sid, actions, [f"{self.arn}:*"])


def _letters(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("-", "/").replace("_", "/").split("/") if part.isalnum())
