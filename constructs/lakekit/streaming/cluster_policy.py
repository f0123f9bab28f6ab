"""Cluster policies: access of other accounts and of AWS services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Statement, document, statement
from lakekit.iam.policy import with_unique_sid
from lakekit.streaming.kafka_access import (
    CONNECT,
    CONNECT_TO_PRODUCE,
    CONSUME,
    GROUP,
    PRODUCE,
    TRANSACT,
    check_resource,
    kafka_arn,
)

_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+\Z")
# Cluster actions that a client of another account needs (MSK, "Multi-VPC private connectivity").
REACH: Final = (
    "kafka:CreateVpcConnection",
    "kafka:DescribeCluster",
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
)


class ClusterPolicy(Construct):
    """Resource policy of a cluster, created with the first statement.

    Args:
        scope: the cluster.
        id: PascalCase id.
        cluster_arn: reference to the cluster's ARN.
        cluster_name: physical name of the cluster.
    """

    def __init__(self, scope: Construct, id: str, *, cluster_arn: str, cluster_name: str) -> None:
        super().__init__(scope, id)
        self._cluster_arn = cluster_arn
        self._cluster = cluster_name
        self._statements: list[Statement] = []
        self.resource: aws.msk_cluster_policy.MskClusterPolicy | None = None

    def share(
        self,
        role_arn: str,
        *,
        produce: Sequence[str] = (),
        transactional_ids: Sequence[str] = (),
        consume: Sequence[str] = (),
        groups: Sequence[str] = (),
    ) -> None:
        """Allow one role of another account to connect, and to write and read topics.

        Raises:
            ConstructError: not the ARN of one role of another account, nothing is shared, transactional ids without a
                topic to write, or a name that Kafka does not allow.
        """
        environment = environment_of(self)
        if not _ROLE.match(role_arn) or role_arn.split(":")[4] == environment.account_id:
            raise ConstructError(
                self,
                f"cannot share with {role_arn!r}: not the ARN of one role of another account",
                fix='use cluster.topic("…").grant_read for roles of this account; accounts and wildcards are rejected',
            )
        if not (produce or consume) or bool(consume) != bool(groups):
            raise ConstructError(
                self,
                f"shares nothing with {role_arn}" if not (produce or consume) else "consume and groups go together",
                fix="pass topics as produce, or topics as consume together with consumer groups as groups",
            )
        if transactional_ids and not produce:
            raise ConstructError(
                self,
                f"shares transactional ids with {role_arn} but no topic to write",
                fix="pass the topics that its transactions write as produce",
            )
        suffix = role_arn.split(":")[4] + "".join(
            c.capitalize() for c in re.findall(r"[A-Za-z0-9]+", role_arn.rsplit("/", maxsplit=1)[-1])
        )
        principals = {"AWS": role_arn}
        connect = CONNECT_TO_PRODUCE if produce else CONNECT
        self._add(statement(f"Reach{suffix}", [*REACH, *connect], [self._cluster_arn], principals=principals))
        for verb, kind, actions, wanted in (
            ("Produce", "topic", PRODUCE, produce),
            ("Transact", "transactional-id", TRANSACT, transactional_ids),
            ("Consume", "topic", CONSUME, consume),
            ("Group", "group", GROUP, groups),
        ):
            if wanted:
                arns = [
                    kafka_arn(environment.names, kind, self._cluster, check_resource(self, kind, name))
                    for name in wanted
                ]
                self._add(statement(f"{verb}{suffix}", actions, arns, principals=principals))

    def allow_service(self, service: str) -> None:
        """Allow an AWS service, such as `firehose`, to connect privately on behalf of this account."""
        self._add(
            statement(
                f"Reach{service.capitalize()}",
                ["kafka:CreateVpcConnection"],
                [self._cluster_arn],
                principals={"Service": f"{service}.amazonaws.com"},
                conditions={"StringEquals": {"aws:SourceAccount": environment_of(self).account_id}},
            )
        )

    def _add(self, added: Statement) -> None:
        named = with_unique_sid(self._statements, added)
        if named is None:
            return
        self._statements.append(named)
        text = document(self._statements)
        if self.resource is None:
            self.resource = aws.msk_cluster_policy.MskClusterPolicy(
                self, "Policy", cluster_arn=self._cluster_arn, policy=text
            )
        else:
            self.resource.policy = text
