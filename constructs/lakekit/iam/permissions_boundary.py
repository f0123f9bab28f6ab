"""The permissions boundary of the roles that stacks create: what a role can do at most, whatever policies it has.

A role with which Terraform deploys writes policies of other roles. Without a boundary it could give one of them any
permission and use it (IAM user guide, "Permissions boundaries for IAM entities": "Delegating responsibility to others
using permissions boundaries"). `lakekit bootstrap` creates the boundary and allows the deployer to write policies only
of roles that have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from lakekit.environment import Environment, S3Backend
from lakekit_policies import wildcards

_BY_SERVICE: Final = {
    "athena": "BatchGet* Get* List* StartQueryExecution StopQueryExecution",
    "cloudwatch": "DeleteAlarms Describe* Get* List* PutMetricAlarm PutMetricData",
    "dynamodb": "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem Describe* Get* PutItem Query Scan "
    "UpdateItem",
    "ec2": "AttachVolume AuthorizeSecurityGroup* CreateFleet CreateLaunchTemplate* CreateNetworkInterface* CreateTags "
    "DeleteLaunchTemplate DeleteNetworkInterface* DeleteTags DeleteVolume Describe* DetachVolume "
    "ModifyNetworkInterfaceAttribute RevokeSecurityGroup* RunInstances",
    "elasticmapreduce": "*AppUI* *Editor* CreateStudioPresignedUrl Describe* List*",
    "emr-serverless": "CancelJobRun Get* List* StartApplication StartJobRun StopApplication",
    "events": "PutEvents",
    "firehose": "Describe* List* PutRecord*",
    "glue": "*Partition* *Table BatchGet* Get* List* PutSchemaVersionMetadata RegisterSchemaVersion SearchTables",
    "kafka": "Describe* Get* List*",
    "kafka-cluster": "*",
    "kafkaconnect": "Describe* List*",
    "kinesis": "Describe* Get* List* PutRecord* SubscribeToShard",
    "kms": "CreateGrant Decrypt Describe* Encrypt GenerateDataKey* ReEncrypt*",
    "lakeformation": "Get* StartQueryPlanning",
    "logs": "AssociateKmsKey CreateLogGroup CreateLogStream Describe* Filter* Get* PutLogEvents",
    "secretsmanager": "DescribeSecret GetSecretValue",
    "sns": "Publish",
    "sqs": "ChangeMessageVisibility DeleteMessage Get* ReceiveMessage SendMessage",
    "ssm": "Get*",
    "states": "Describe*",
}
_IN_OWN_BUCKETS: Final = "AbortMultipartUpload DeleteObject* Get* List* PutObject PutObjectTagging RestoreObject"
_OF_OWN_NAMES: Final = {
    "glue:BatchStopJobRun glue:StartJobRun": "glue:{region}:{account}:job/{prefix}-*",
    "glue:StartCrawler": "glue:{region}:{account}:crawler/{prefix}-*",
    "lambda:InvokeFunction": "lambda:{region}:{account}:function:{prefix}-*",
    "states:StartExecution states:StopExecution": "states:{region}:{account}:*:{prefix}-*",
}
"""What runs with the role of the resource, so that it could have more permissions than the caller."""
_ON_OWN_CLUSTERS: Final = (
    *("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:TerminateInstances", "elasticmapreduce:*Step*"),
)
EMR_TAG: Final = "for-use-with-amazon-emr-managed-policies"
"""The tag that AmazonEMRServicePolicy_v2 requires on EMR's resources (EMR management guide, "Service role for Amazon
EMR"). Policies of this library require it on resources that EMR creates.
"""
ACTIONS: Final = tuple(f"{service}:{name}" for service, names in _BY_SERVICE.items() for name in names.split())
"""On any resource: reads and writes of data, and what EMR and Glue need for nodes and network interfaces. No action of
the access level Permissions management but `kms:CreateGrant` and those on network interfaces.
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
    return environment.names.policy_arn(name)


def boundary_document(environment: Environment) -> dict[str, Any]:
    """Return the policy document of the boundary."""
    names = environment.names
    values = {"region": names.region, "account": names.account_id, "prefix": names.prefix}
    bucket = f"arn:{names.partition}:s3:::{names.prefix}-*"
    tagged = {"StringEquals": {f"aws:ResourceTag/{EMR_TAG}": "true"}}

    def allow(sid: str, actions: Iterable[str], resource: str, **more: Any) -> dict[str, Any]:
        return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": [resource], **more}

    statements = [
        allow("Data", sorted({*ACTIONS, *environment.deployment.boundary_actions}), "*"),
        {**allow("OwnBuckets", _prefixed("s3", _IN_OWN_BUCKETS), bucket), "Resource": [bucket, f"{bucket}/*"]},
        allow("OwnClusters", _ON_OWN_CLUSTERS, "*", Condition=tagged),
        *(
            allow(f"Own{number}", actions.split(), f"arn:{names.partition}:{arn.format(**values)}")
            for number, (actions, arn) in enumerate(_OF_OWN_NAMES.items(), 1)
        ),
        allow("OwnRoles", OF_OWN_ROLES, names.role_arn(f"{names.prefix}-*")),
    ]
    if isinstance(environment.backend, S3Backend):
        state = f"arn:{names.partition}:s3:::{environment.backend.bucket_name(names)}"
        statements.append({**allow("NoState", ["s3:*"], state), "Effect": "Deny", "Resource": [state, f"{state}/*"]})
    return {"Version": "2012-10-17", "Statement": statements}


def outside_boundary(environment: Environment, actions: Iterable[str]) -> list[str]:
    """Return the actions that the boundary of `lakekit bootstrap` does not allow on any resource."""
    if boundary_name(environment) is None:
        return []
    allowed = _allowed(environment.deployment.boundary_actions)
    return [action for action in actions if not wildcards.includes(allowed, action.lower())]


@cache
def _allowed(more: tuple[str, ...]) -> tuple[str, ...]:
    """Everything that the boundary allows on some resource, in lower case."""
    own = (*_prefixed("s3", _IN_OWN_BUCKETS), *" ".join(_OF_OWN_NAMES).split(), *_ON_OWN_CLUSTERS, *OF_OWN_ROLES)
    return tuple(map(str.lower, (*ACTIONS, *own, *more)))


def _prefixed(service: str, names: str) -> list[str]:
    return [f"{service}:{name}" for name in names.split()]
