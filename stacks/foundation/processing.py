"""Processing: the engines shared by all domains."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, LakehouseStack, pascal
from lakekit.iam import Role, RoleReference
from lakekit.processing import (
    AthenaWorkgroup,
    EmrStudio,
    GlueSecurityConfiguration,
    SparkCluster,
    SparkServerless,
    block_public_emr_clusters,
)


class ProcessingStack(LakehouseStack):
    """Spark, Glue and Athena of an environment, with the limits of its file."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "processing")
        settings = environment.processing
        spark = settings.spark
        self.spark = (
            SparkServerless(
                self,
                "Spark",
                name=spark.name,
                max_vcpu=spark.max_vcpu,
                max_memory_gb=spark.max_memory_gb,
                max_disk_gb=spark.max_disk_gb,
                idle_timeout_minutes=spark.idle_timeout_minutes,
                initial_capacity=spark.initial_capacity,
                release=spark.release,
                interactive=settings.studio,
            )
            if spark.enabled
            else None
        )
        self.cluster = SparkCluster(self, "Cluster", name=settings.cluster.name) if settings.cluster.enabled else None
        if self.cluster and environment.owns_account_settings:
            # One setting for account and region: no cluster starts with a security group open to the internet.
            block_public_emr_clusters(self, "NoPublicClusters")
        self.studio = EmrStudio(self, "Studio") if settings.studio else None
        self.glue = GlueSecurityConfiguration(self, "Glue")
        self.workgroups = {
            name: AthenaWorkgroup(
                self, f"Athena{pascal(name)}", name=name, shared_results=settings.athena.shared_results.get(name)
            )
            for name in environment.athena_workgroups
        }
        roles: dict[str, RoleReference] = {}
        for name, users in environment.athena_workgroups.items():
            for user in users:
                if user not in roles:
                    roles[user] = Role.from_name(self, f"{pascal(user)}Role", user)
                self.workgroups[name].grant_query(roles[user])
