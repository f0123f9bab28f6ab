"""VPC flow logs."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.iam import ServiceRole, statement
from lakekit.monitoring import LogGroup
from lakekit.storage import EncryptionKey

# 60 s instead of 600, so that alarms and queries lag by one minute (VPC flow logs, "Aggregation interval").
_SECONDS: Final = 60


class FlowLog(Construct):
    """Flow logs of all traffic of a VPC in an encrypted log group, kept for the retention of the tier.

    Args:
        scope: parent construct.
        id: PascalCase id.
        vpc_id: the VPC.

    Attributes:
        key: the EncryptionKey of the log group.
        log_group: the LogGroup.
        role: the ServiceRole for the delivery.
        resource: the `aws_flow_log`.
    """

    def __init__(self, scope: Construct, id: str, *, vpc_id: str) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.key: Final = EncryptionKey(
            self, "Key", name="network", description=f"Encrypts the flow logs of {names.prefix}"
        )
        self.log_group: Final = LogGroup(self, "Logs", path="network/flow", key=self.key)
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="vpc-flow-logs",
            description="VPC flow logs are delivered to CloudWatch with it",
            name="flow-logs",
        )
        self.role.allow(self.log_group.write_statement())
        # With them, the minimum of the VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs".
        # CloudWatch Logs evaluates CreateLogGroup on the ARN with the suffix of its streams.
        self.role.allow(statement("MakeLogs", ["logs:CreateLogGroup"], [f"{self.log_group.arn}:*"]))
        self.role.allow(statement("FindLogs", ["logs:DescribeLogGroups"], [names.arn("logs", "log-group:*")]))
        self.resource: Final = aws.flow_log.FlowLog(
            self,
            "FlowLog",
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=self.log_group.resource.arn,
            iam_role_arn=self.role.resource.arn,
            max_aggregation_interval=_SECONDS,
            tags={"Name": names.resource("network")},
        )
