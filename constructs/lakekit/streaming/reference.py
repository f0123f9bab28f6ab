"""A Kafka cluster that another stack owns."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.monitoring import Alarm
from lakekit.naming import fit, slug
from lakekit.streaming.cluster import MAX_NAME
from lakekit.streaming.cluster_monitoring import alarm_on_consumer_lag
from lakekit.streaming.kafka_access import KafkaAccess


class KafkaReference(KafkaAccess):
    """A provisioned cluster of the environment, from its name: the same grant verbs, without a look-up.

    Only who needs its ARN or its brokers' addresses (a connector, a Flink application) causes a look-up, at plan time.

    Args:
        scope: where the grants stand.
        id: PascalCase id; the cluster's short name unless `name` is given.
        name: the cluster's kebab-case name.
    """

    def __init__(self, scope: Construct, id: str, *, name: str | None = None) -> None:
        names = environment_of(scope).names
        super().__init__(scope, id, cluster_name=fit(names.resource(name or slug(id)), MAX_NAME))

    @cached_property
    def lookup(self) -> Any:
        """The `aws_msk_cluster` data source; it exists once somebody asks for it."""
        return aws.data_aws_msk_cluster.DataAwsMskCluster(self, "Cluster", cluster_name=self.name)

    @property
    def arn(self) -> str:
        """The cluster's ARN, looked up."""
        arn: str = self.lookup.arn
        return arn

    @property
    def bootstrap_brokers(self) -> str:
        """Where clients with IAM credentials connect, looked up."""
        brokers: str = self.lookup.bootstrap_brokers_sasl_iam
        return brokers

    def alarm_on_consumer_lag(self, *, topic: str, group: str, minutes: int = 15) -> Alarm:
        """Ring when a consumer group is so many minutes behind on a topic."""
        return alarm_on_consumer_lag(self, cluster=self.name, topic=topic, group=group, minutes=minutes)
