"""The permissions boundary of the roles that stacks create: what a role can do at most, whatever policies it has.

A role with which Terraform deploys writes policies of other roles. Without a boundary it could give one of them any
permission and use it (IAM user guide, "Permissions boundaries for IAM entities": "Delegating responsibility to others
using permissions boundaries"). `lakekit bootstrap` creates the boundary and allows the deployer to write policies only
of roles that have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lakekit.environment import Environment
from lakekit_policies import wildcards

_BY_SERVICE: Final = {
    "athena": "BatchGet* Get* List* StartQueryExecution StopQueryExecution",
    "cloudwatch": "DeleteAlarms Describe* Get* List* PutMetricAlarm PutMetricData",
    "dynamodb": "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem Describe* Get* PutItem Query Scan "
    "UpdateItem",
    "ec2": "AttachVolume AuthorizeSecurityGroup* CreateFleet CreateLaunchTemplate* CreateNetworkInterface* CreateTags "
    "DeleteLaunchTemplate DeleteNetworkInterface* DeleteTags DeleteVolume Describe* DetachVolume "
    "ModifyInstanceAttribute ModifyNetworkInterfaceAttribute RevokeSecurityGroup* RunInstances StopInstances "
    "TerminateInstances",
    "elasticmapreduce": "*AppUI* *Editor* *Step* CreateStudioPresignedUrl Describe* List*",
    "emr-serverless": "CancelJobRun Get* List* StartApplication StartJobRun StopApplication",
    "events": "PutEvents",
    "firehose": "Describe* List* PutRecord*",
    "glue": "*Partition* *Table BatchGet* BatchStopJobRun Get* List* PutSchemaVersionMetadata RegisterSchemaVersion "
    "SearchTables StartCrawler StartJobRun",
    "kafka": "Describe* Get* List*",
    "kafka-cluster": "*",
    "kafkaconnect": "Describe* List*",
    "kinesis": "Describe* Get* List* PutRecord* SubscribeToShard",
    "kms": "CreateGrant Decrypt Describe* Encrypt GenerateDataKey* ReEncrypt*",
    "lakeformation": "Get* StartQueryPlanning",
    "lambda": "InvokeFunction",
    "logs": "AssociateKmsKey CreateLogGroup CreateLogStream Describe* Filter* Get* PutLogEvents",
    "s3": "AbortMultipartUpload DeleteObject* Get* List* PutObject PutObjectTagging RestoreObject",
    "secretsmanager": "DescribeSecret GetSecretValue",
    "sns": "Publish",
    "sqs": "ChangeMessageVisibility DeleteMessage Get* ReceiveMessage SendMessage",
    "ssm": "Get*",
    "states": "Describe* StartExecution StopExecution",
}
ACTIONS: Final = tuple(f"{service}:{name}" for service, names in _BY_SERVICE.items() for name in names.split())
"""Reads and writes of data, and what EMR and Glue need for nodes and network interfaces. No action of the access level
Permissions management but `kms:CreateGrant` and those on network interfaces.
"""
OF_OWN_ROLES: Final = ("iam:PassRole", "sts:AssumeRole", "sts:TagSession")
"""Allowed on roles of the environment."""


def boundary_name(environment: Environment) -> str | None:
    """Return the name of the managed policy that `lakekit bootstrap` creates; None if it creates none."""
    if environment.deployment.permissions_boundary is True:
        return f"{environment.deployment.deployer.role}-boundary"
    return None


def boundary_arn(environment: Environment) -> str | None:
    """Return the ARN of the permissions boundary of the roles of an environment; None without one."""
    stated = environment.deployment.permissions_boundary
    name = boundary_name(environment) if isinstance(stated, bool) else stated
    if name is None or name.startswith("arn:"):
        return name
    names = environment.names
    return f"arn:{names.partition}:iam::{names.account_id}:policy/{name}"


def boundary_document(environment: Environment) -> dict[str, Any]:
    """Return the policy document of the boundary."""
    allowed = sorted({*ACTIONS, *environment.deployment.boundary_actions})
    roles = environment.names.role_arn(f"{environment.names.prefix}-*")
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Data", "Effect": "Allow", "Action": allowed, "Resource": ["*"]},
            {"Sid": "OwnRoles", "Effect": "Allow", "Action": list(OF_OWN_ROLES), "Resource": [roles]},
        ],
    }


def outside_boundary(environment: Environment, actions: Iterable[str]) -> list[str]:
    """Return the actions that the boundary of `lakekit bootstrap` does not allow on any resource."""
    if boundary_name(environment) is None:
        return []
    allowed = tuple(map(str.lower, (*ACTIONS, *OF_OWN_ROLES, *environment.deployment.boundary_actions)))
    return [action for action in actions if not wildcards.includes(allowed, action.lower())]
