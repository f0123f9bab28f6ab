"""Spark on EMR on EC2: a cluster with managed scaling and spot capacity above its minimum."""

from __future__ import annotations

import json
from typing import Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.dependencies import add_dependency
from lakekit.core.provider_range import restrict_provider
from lakekit.core.stack import environment_of
from lakekit.environment import SparkClusterSettings
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole, statement
from lakekit.iam.permissions_boundary import EMR_TAG
from lakekit.naming import slug
from lakekit.network import Network, VpcReference
from lakekit.processing.emr_roles import EmrRoles
from lakekit.processing.emr_security_configuration import EmrSecurityConfiguration, certificates_key
from lakekit.processing.emr_security_groups import EmrSecurityGroups
from lakekit.processing.spark_cluster_fleets import instance_types, spot_fleet
from lakekit.processing.spark_cluster_monitoring import monitor_cluster
from lakekit.processing.spark_cluster_reference import SparkClusterReference
from lakekit.processing.spark_iceberg import EMR_ICEBERG_JAR, check_release, spark_configuration
from lakekit.storage import EncryptionKey
from lakekit.storage.artifacts import NAME as ARTIFACT_NAME
from lakekit.storage.encryption_key import key_usage_statement
from lakekit.storage.log_bucket import NAME as LOG_BUCKET_NAME

MANAGER_TYPE: Final = "m7g.xlarge"


class SparkCluster(Construct):
    """EMR cluster for Spark in private subnets: managed scaling, encryption at rest and in transit, IMDSv2.

    For continuous workloads; intermittent jobs cost less on SparkServerless. Core nodes, which store HDFS and shuffle
    files, are on demand; `spot_percentage` of the nodes above the minimum may be spot. In sandbox and dev it terminates
    when idle; in higher tiers it has termination protection.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        settings: release, sizes, spot percentage, instance types; the environment's `processing.cluster` by default.
        network: network of the cluster; the environment's by default.
        certificates: `s3://…` zip of PEM files for TLS between nodes; by default `emr/<name>/certificates.zip` in the
            artifact bucket, where `lakekit certificates` puts it before the first start.
        name: short name in kebab case.

    Attributes:
        name: physical name, a literal.
        short_name: short name.
        key: EncryptionKey of volumes and logs.
        groups: the EmrSecurityGroups.
        roles: the EmrRoles.
        role: ServiceRole of the nodes, also the grantee of grants to the cluster.
        security: the EmrSecurityConfiguration.
        resource: the `aws_emr_cluster`.
        scaling: the `aws_emr_managed_scaling_policy`.

    Raises:
        ConstructError: a malformed release, or spot nodes with a single instance type.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: SparkClusterSettings | None = None,
        network: Network | None = None,
        certificates: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.settings: Final = settings or environment.processing.cluster
        check_release(self, self.settings.release)
        self.short_name: Final = name or slug(id)
        self.name: Final = names.resource("emr", self.short_name)
        spot = self._spot()
        network = network or VpcReference.of_stack(self)
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=f"emr-{self.short_name}",
            description=f"Encrypts disks and logs of {self.name}",
            allow_direct_use=True,
        )
        certificates = certificates or f"s3://{names.bucket(ARTIFACT_NAME)}/{certificates_key(self.short_name)}"
        self.security: Final = EmrSecurityConfiguration(
            self, "Security", name=self.short_name, disk_key_arn=self.key.arn, certificates=certificates
        )
        self.groups: Final = EmrSecurityGroups(self, "Groups", network=network, name=f"emr-{self.short_name}")
        self.roles: Final = EmrRoles(
            self,
            "Roles",
            name=self.short_name,
            vpc=network.vpc_id,
            subnets=list(network.subnet_ids),
            groups=self.groups.ids,
            key=self.key,
        )
        self._grant_certificates_and_logs(certificates)
        self.resource: Final = self._cluster(network)
        self.spot_fleet: Final = spot_fleet(self, self.resource.id, self.settings.instance_types) if spot else None
        self.scaling: Final = aws.emr_managed_scaling_policy.EmrManagedScalingPolicy(
            self,
            "Scaling",
            cluster_id=self.resource.id,
            compute_limits=[
                aws.emr_managed_scaling_policy.EmrManagedScalingPolicyComputeLimits(
                    unit_type="InstanceFleetUnits",
                    minimum_capacity_units=self.settings.min_units,
                    maximum_capacity_units=self.settings.max_units,
                    maximum_ondemand_capacity_units=self.settings.max_units - spot,
                    maximum_core_capacity_units=self.settings.max_units - spot,
                )
            ],
            # The provider reads what EMR returns, and a change replaces the policy.
            lifecycle=cdktf.TerraformResourceLifecycle(ignore_changes=["scaling_strategy"])
            if restrict_provider(self, "emr_managed_scaling_strategy")
            else None,
        )
        monitor_cluster(
            self,
            name=self.name,
            short_name=self.short_name,
            cluster_id=self.resource.id,
            long_running=not environment.defaults.auto_termination,
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> SparkClusterReference:
        """Return a reference to a cluster of another stack, for grants to it.

        Args:
            scope: parent construct.
            id: PascalCase id.
            name: short name of the cluster: `processing.cluster.name` of the environment file.

        Raises:
            ConstructError: the environment has no cluster of that name.
        """
        return SparkClusterReference(scope, id, name)

    @property
    def role(self) -> ServiceRole:
        """ServiceRole of the nodes, to which grants to the cluster are added."""
        return self.roles.nodes

    def _spot(self) -> int:
        """Return the maximum number of spot nodes."""
        spot = round((self.settings.max_units - self.settings.min_units) * self.settings.spot_percentage / 100)
        if spot and len(self.settings.instance_types) < 2:
            raise ConstructError(
                self,
                f"{spot} spot nodes with {self.settings.instance_types[0]} as the only instance type: all may be "
                "interrupted at once",
                fix="set two instance_types or more, or spot_percentage to 0",
            )
        return spot

    def _protected(self) -> bool:
        """Return whether EMR refuses to terminate the cluster.

        The provider does not turn the protection off before it deletes or replaces a cluster (provider documentation of
        `aws_emr_cluster`), so that it needs to be turned off by an apply before.
        """
        terminates_when_idle = environment_of(self).defaults.auto_termination
        protected = self.settings.termination_protection
        if protected and terminates_when_idle:
            raise ConstructError(
                self,
                f"termination_protection: true in tier {environment_of(self).tier}, whose idle clusters terminate",
                fix="remove processing.cluster.termination_protection, or use tier staging or prod",
            )
        return not terminates_when_idle if protected is None else protected

    def _grant_certificates_and_logs(self, certificates: str) -> None:
        """Grant the nodes to read their certificates and to write logs."""
        names, nodes = environment_of(self).names, self.roles.nodes
        bucket, _, key = certificates.removeprefix("s3://").partition("/")
        nodes.allow(statement("ReadCertificates", ["s3:GetObject"], [f"{names.bucket_arn(bucket)}/{key}"]))
        nodes.allow(key_usage_statement(self, names.key_alias(ARTIFACT_NAME), ["kms:Decrypt"], sid="CertificatesKey"))
        logs = names.bucket_arn(names.bucket(LOG_BUCKET_NAME))
        nodes.allow(statement("WriteLogs", ["s3:PutObject"], [f"{logs}/emr/{self.short_name}/*"]))

    def _cluster(self, network: Network) -> aws.emr_cluster.EmrCluster:
        environment = environment_of(self)
        settings, defaults = self.settings, environment.defaults
        module = aws.emr_cluster
        spark = {"spark.jars": EMR_ICEBERG_JAR, **spark_configuration(self)}
        configurations = [
            {"Classification": "iceberg-defaults", "Properties": {"iceberg.enabled": "true"}},
            {"Classification": "spark-defaults", "Properties": spark},
        ]
        logs = environment.names.bucket(LOG_BUCKET_NAME)
        cluster = module.EmrCluster(
            self,
            "Cluster",
            name=self.name,
            release_label=settings.release,
            applications=["Hadoop", "Livy", "Spark"],
            configurations_json=json.dumps(configurations),
            service_role=self.roles.service.resource.arn,
            security_configuration=self.security.resource.name,
            log_uri=f"s3://{logs}/emr/{self.short_name}/",
            keep_job_flow_alive_when_no_steps=True,
            termination_protection=self._protected(),
            unhealthy_node_replacement=True,
            scale_down_behavior="TERMINATE_AT_TASK_COMPLETION",
            ebs_root_volume_size=32,
            auto_termination_policy=module.EmrClusterAutoTerminationPolicy(
                idle_timeout=settings.idle_timeout_minutes * 60
            )
            if defaults.auto_termination
            else None,
            ec2_attributes=module.EmrClusterEc2Attributes(
                instance_profile=self.roles.profile.arn,
                subnet_ids=list(network.subnet_ids),
                emr_managed_master_security_group=self.groups.manager,
                emr_managed_slave_security_group=self.groups.nodes,
                service_access_security_group=self.groups.service,
            ),
            master_instance_fleet=module.EmrClusterMasterInstanceFleet(
                name="manager",
                target_on_demand_capacity=1,
                instance_type_configs=instance_types(module, "EmrClusterMasterInstanceFleet", (MANAGER_TYPE,)),
            ),
            core_instance_fleet=module.EmrClusterCoreInstanceFleet(
                name="core",
                target_on_demand_capacity=settings.min_units,
                instance_type_configs=instance_types(module, "EmrClusterCoreInstanceFleet", settings.instance_types),
            ),
            tags={EMR_TAG: "true"},
            lifecycle=cdktf.TerraformResourceLifecycle(
                # Managed scaling changes the capacity, EMR chooses the release of Amazon Linux; changing either back
                # would replace the cluster.
                ignore_changes=[
                    "core_instance_fleet[0].target_on_demand_capacity",
                    *(["os_release_label"] if restrict_provider(self, "emr_os_release_label") else []),
                ]
            ),
        )
        # EMR checks role, profile and the rules of the service access group when the cluster starts.
        add_dependency(cluster, self.roles, self.groups)
        return cluster
