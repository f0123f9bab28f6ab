"""Processing: Spark on EMR Serverless, EMR and Glue, Flink, crawlers, notebooks and Athena."""

from __future__ import annotations

from lakekit.processing.athena_workgroup import AthenaWorkgroup
from lakekit.processing.emr_block_public_access import block_public_emr_clusters
from lakekit.processing.emr_roles import EmrRoles
from lakekit.processing.emr_security_configuration import EmrSecurityConfiguration
from lakekit.processing.emr_security_groups import EmrSecurityGroups
from lakekit.processing.emr_studio import EmrStudio
from lakekit.processing.flink_application import FlinkApplication
from lakekit.processing.glue_connection import GlueConnection
from lakekit.processing.glue_crawler import GlueCrawler
from lakekit.processing.glue_job import GlueJob, GlueRuntime
from lakekit.processing.glue_security_configuration import GlueSecurityConfiguration
from lakekit.processing.glue_workflow import GlueWorkflow
from lakekit.processing.schedule import Schedule
from lakekit.processing.schedule_group import ScheduleGroup
from lakekit.processing.serverless_job import ServerlessJob
from lakekit.processing.spark_application import SparkApplication, SparkServerlessReference
from lakekit.processing.spark_cluster import SparkCluster
from lakekit.processing.spark_cluster_reference import SparkClusterReference
from lakekit.processing.spark_iceberg import spark_table
from lakekit.processing.spark_job import SparkJob
from lakekit.processing.spark_serverless import JobQueue, SparkServerless
from lakekit.processing.workgroup_base import WorkgroupBase
from lakekit.processing.workgroup_reference import WorkgroupReference

__all__ = [
    "AthenaWorkgroup",
    "EmrRoles",
    "EmrSecurityConfiguration",
    "EmrSecurityGroups",
    "EmrStudio",
    "FlinkApplication",
    "GlueConnection",
    "GlueCrawler",
    "GlueJob",
    "GlueRuntime",
    "GlueSecurityConfiguration",
    "GlueWorkflow",
    "JobQueue",
    "Schedule",
    "ScheduleGroup",
    "ServerlessJob",
    "SparkApplication",
    "SparkCluster",
    "SparkClusterReference",
    "SparkJob",
    "SparkServerless",
    "SparkServerlessReference",
    "WorkgroupBase",
    "WorkgroupReference",
    "block_public_emr_clusters",
    "spark_table",
]
