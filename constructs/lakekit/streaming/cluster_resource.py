"""The `aws_msk_cluster` resource, with every argument set so that no later default of AWS changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.removal_policy import force_destroy_tags
from lakekit.core.stack import environment_of
from lakekit.monitoring import LogGroup
from lakekit.storage import EncryptionKey


def create_cluster(
    scope: Construct,
    *,
    name: str,
    kafka_version: str,
    brokers: int,
    broker_type: str,
    storage_gib: int,
    subnet_ids: Sequence[str],
    security_group: str,
    multi_vpc: bool,
    key: EncryptionKey,
    logs: LogGroup,
    configuration: aws.msk_configuration.MskConfiguration,
    force_destroy: bool,
) -> aws.msk_cluster.MskCluster:
    """Create the `aws_msk_cluster` of a KafkaCluster."""
    module = aws.msk_cluster
    nodes, encryption = "MskClusterBrokerNodeGroupInfo", "MskClusterEncryptionInfo"

    def block(name: str, **arguments: Any) -> Any:
        return getattr(module, name)(**arguments)

    sasl = block(f"{nodes}ConnectivityInfoVpcConnectivityClientAuthenticationSasl", iam=True)
    client = block(f"{nodes}ConnectivityInfoVpcConnectivityClientAuthentication", sasl=sasl)
    connectivity = block(
        f"{nodes}ConnectivityInfo",
        public_access=block(f"{nodes}ConnectivityInfoPublicAccess", type="DISABLED"),
        vpc_connectivity=block(f"{nodes}ConnectivityInfoVpcConnectivity", client_authentication=client)
        if multi_vpc
        else None,
    )
    volume = block(f"{nodes}StorageInfoEbsStorageInfo", volume_size=storage_gib)
    return module.MskCluster(
        scope,
        "Cluster",
        cluster_name=name,
        kafka_version=kafka_version,
        number_of_broker_nodes=brokers,
        tags=force_destroy_tags(force_destroy),
        # Replication and throughput per broker; the default level has neither (MSK, "Metrics").
        enhanced_monitoring="PER_BROKER",
        broker_node_group_info=block(
            nodes,
            instance_type=broker_type,
            client_subnets=list(subnet_ids),
            security_groups=[security_group],
            storage_info=block(f"{nodes}StorageInfo", ebs_storage_info=volume),
            connectivity_info=connectivity,
        ),
        client_authentication=block(
            "MskClusterClientAuthentication",
            unauthenticated=False,
            sasl=block("MskClusterClientAuthenticationSasl", iam=True, scram=False),
        ),
        encryption_info=block(
            encryption,
            encryption_at_rest_kms_key_arn=key.arn,
            encryption_in_transit=block(f"{encryption}EncryptionInTransit", client_broker="TLS", in_cluster=True),
        ),
        configuration_info=block(
            "MskClusterConfigurationInfo",
            arn=configuration.arn,
            # Other content is another configuration, so each configuration stays at its first revision.
            revision=1,
        ),
        logging_info=block(
            "MskClusterLoggingInfo",
            broker_logs=block(
                "MskClusterLoggingInfoBrokerLogs",
                cloudwatch_logs=block(
                    "MskClusterLoggingInfoBrokerLogsCloudwatchLogs",
                    enabled=True,
                    log_group=logs.resource.name,
                ),
            ),
        ),
        lifecycle=cdktf.TerraformResourceLifecycle(
            # Application Auto Scaling changes the size; volumes cannot shrink, so Terraform must not change it back.
            ignore_changes=["broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size"],
            prevent_destroy=environment_of(scope).defaults.prevent_destroy or None,
        ),
    )
