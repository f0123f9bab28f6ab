"""The policy of a cluster: which other accounts and services may reach it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

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
# What a client of another account needs besides its topics (MSK, "Multi-VPC private connectivity").
REACH: Final = (
    "kafka:CreateVpcConnection",
    "kafka:DescribeCluster",
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
)


class ClusterPolicy(Construct):
    """The resource policy of a cluster, made when the first statement is added.

    Args:
        scope: the cluster.
        id: PascalCase id.
        cluster_arn: a reference to the cluster's ARN.
        cluster_name: its physical name.
    """

    def __init__(self, scope: Construct, id: str, *, cluster_arn: str, cluster_name: str) -> None:
        super().__init__(scope, id)
        self._cluster_arn = cluster_arn
        self._cluster = cluster_name
        self._statements: list[Statement] = []
        self.resource: Any = None

    def share(
        self,
        role_arn: str,
        *,
        produce: Sequence[str] = (),
        transactional_ids: Sequence[str] = (),
        consume: Sequence[str] = (),
        groups: Sequence[str] = (),
    ) -> None:
        """Let one role of another account connect, and write and read these topics.

        Raises:
            ConstructError: not the ARN of a single role, of this account, nothing is shared, transactions without a
                topic to write, or a name that Kafka does not allow.
        """
        environment = environment_of(self)
        if not _ROLE.match(role_arn) or role_arn.split(":")[4] == environment.account_id:
            raise ConstructError(
                self,
                f"cannot share with {role_arn!r}: name one role of another account, by its ARN",
                fix="roles of this account get grant_produce and grant_consume; whole accounts and stars are refused",
            )
        if not (produce or consume) or bool(consume) != bool(groups):
            raise ConstructError(
                self,
                f"shares nothing with {role_arn}" if not (produce or consume) else "consume and groups go together",
                fix="name topics under produce, or topics under consume and consumer groups under groups",
            )
        if transactional_ids and not produce:
            raise ConstructError(
                self,
                f"shares transactional ids with {role_arn} and no topic to write",
                fix="name the topics that its transactions write under produce",
            )
        who = role_arn.split(":")[4] + "".join(
            c.capitalize() for c in re.findall(r"[A-Za-z0-9]+", role_arn.rsplit("/", maxsplit=1)[-1])
        )
        principals = {"AWS": role_arn}
        connect = CONNECT_TO_PRODUCE if produce else CONNECT
        self._add(statement(f"Reach{who}", [*REACH, *connect], [self._cluster_arn], principals=principals))
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
                self._add(statement(f"{verb}{who}", actions, arns, principals=principals))

    def allow_service(self, service: str) -> None:
        """Let a service of AWS connect privately on behalf of this account, such as `firehose`."""
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
