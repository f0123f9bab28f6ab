"""Resource types without data of their own whose replacement interrupts others; with the consequence."""

from __future__ import annotations

from typing import Final

_NETWORK: Final = "everything in it loses its network"
_GRANTS: Final = "every grant to it is lost until it is granted again"

RUNNING_TYPES: Final[dict[str, str]] = {
    "aws_athena_workgroup": "running queries fail; its query history and saved queries are lost",
    "aws_eip": "others that allow its address no longer do",
    "aws_emr_instance_fleet": "its nodes are terminated with the tasks on them",
    "aws_emr_studio": "its workspaces are lost, and its address changes",
    "aws_emrserverless_application": "running jobs are cancelled, and its id changes for those who start jobs",
    "aws_glue_crawler": "it crawls everything again, and its history is lost",
    "aws_glue_job": "running jobs stop, and bookmarks are lost: input is processed again",
    "aws_glue_workflow": "running workflows stop, and their history is lost",
    "aws_iam_role": "policies of others that name the old role no longer match the new one",
    "aws_iam_user": "its access keys are lost, and policies of others no longer match it",
    "aws_mskconnect_connector": "it stops, and a source connector loses its offsets",
    "aws_mwaa_environment": "its history, variables and connections are lost",
    "aws_nat_gateway": "open connections to the internet end",
    "aws_security_group": "everything that uses it is replaced or loses its network",
    "aws_sns_topic": "subscriptions by mail have to be confirmed again",
    "aws_sns_topic_subscription": "a subscription by mail has to be confirmed again",
    "aws_subnet": _NETWORK,
    "aws_vpc": _NETWORK,
    "aws_vpc_endpoint": "open connections to the service end",
    "snowflake_account_role": _GRANTS,
    "snowflake_database_role": _GRANTS,
    "snowflake_external_volume": "its external id changes: the trust policy no longer matches",
    "snowflake_pipe": "its load history is lost: files are loaded twice or skipped",
    "snowflake_service_user": _GRANTS,
    "snowflake_stage": "files of an internal stage are lost, and pipes that read from it stop",
    "snowflake_storage_integration": "its external id changes: the trust policy no longer matches",
    "snowflake_user": _GRANTS,
    "snowflake_warehouse": "running queries are aborted",
}
