"""Services whose actions or resources differ from what the reference suggests in a few places."""

from __future__ import annotations

from typing import Any, Final

from moto.secretsmanager.models import secretsmanager_backends

from lakekit_local.authorization.permissions.model import Permission, arn_of
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.requests.registry import Call

_BUDGET_READS: Final = ("Describe", "List", "Get")


def budgets(call: Call) -> list[Permission] | None:
    """Budgets have two actions: to view and to modify.

    https://docs.aws.amazon.com/cost-management/latest/userguide/billing-permissions-ref.html
    """
    if find_action("budgets", call.operation):
        return None
    budget = call.get("Budget") or {}
    name = str(call.get("BudgetName") or budget.get("BudgetName") or "*")
    action = "budgets:ViewBudget" if call.operation.startswith(_BUDGET_READS) else "budgets:ModifyBudget"
    return [Permission(action, arn_of(call, f"budget/{name}", region=""))]


def events(call: Call) -> list[Permission] | None:
    """Rules of the default event bus have no bus in their ARN."""
    if call.get("ResourceARN"):
        return [Permission(f"events:{call.operation}", str(call["ResourceARN"]))]
    name = call.get("Rule") or call.get("Name")
    if not name or ("Rule" not in call.operation and "Target" not in call.operation):
        return None
    bus = str(call.get("EventBusName") or "default").rpartition("/")[2]
    path = name if bus == "default" else f"{bus}/{name}"
    return [Permission(f"events:{call.operation}", arn_of(call, f"rule/{path}"))]


def ssm(call: Call) -> list[Permission] | None:
    """Operations on tags name a resource by type and id; the ARN of a parameter has no slash in front of its name.

    A hierarchy is authorized as the parameter of its path
    (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html).
    """
    if call.operation == "GetParametersByPath":
        return [Permission("ssm:GetParametersByPath", arn_of(call, f"parameter/{str(call['Path']).strip('/')}"))]
    if call.get("ResourceType") != "Parameter" or "ResourceId" not in call.params:
        return None
    return [Permission(f"ssm:{call.operation}", arn_of(call, f"parameter/{str(call['ResourceId']).lstrip('/')}"))]


def emr(call: Call) -> list[Permission] | None:
    """Some operations name clusters as job flows, or as the resource of tags."""
    given = call.get("JobFlowIds") or call.get("JobFlowId") or call.get("ResourceId")
    action = find_action("elasticmapreduce", call.operation)
    if not given or action is None or not action.resource_types:
        return None
    ids = given if isinstance(given, list) else [given]
    kinds = {one: "studio" if str(one).startswith("es-") else "cluster" for one in ids}
    return [
        Permission(action.name, arn_of(call, f"{kind}/{one}", service="elasticmapreduce"))
        for one, kind in kinds.items()
    ]


def logs(call: Call) -> list[Permission] | None:
    """Log groups are checked with the suffix of their streams; operations on tags name the group itself.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """
    group = call.get("logGroupName") or call.get("logGroupIdentifier")
    action = find_action("logs", call.operation)
    if not group or action is None or not action.resource_types:
        return None
    name = str(group).partition(":log-group:")[2].removesuffix(":*") or str(group)
    stream = str(call.get("logStreamName") or "")
    return [Permission(action.name, arn_of(call, f"log-group:{name}:log-stream:{stream}"))]


def secrets(call: Call) -> list[Permission] | None:
    """Secrets by ARN or by name; the ARN ends with six characters that the name does not have."""
    given = call.get("SecretId") or call.get("Name")
    action = find_action("secretsmanager", call.operation)
    if not given or action is None or not action.resource_types:
        return None
    known: Any = secretsmanager_backends[call.account][call.region].secrets.values()
    found = next((one.arn for one in known if str(given) in (one.arn, one.name)), None)
    arn = found or (given if str(given).startswith("arn:") else arn_of(call, f"secret:{given}"))
    return [Permission(action.name, str(arn))]


def dynamodb(call: Call) -> list[Permission] | None:
    """Batches name their tables as keys."""
    tables = call.get("RequestItems")
    if not tables:
        return None
    return [Permission(f"dynamodb:{call.operation}", arn_of(call, f"table/{name}")) for name in tables]


def lake_formation(call: Call) -> list[Permission] | None:
    """Operations that vend credentials have one action, without a resource type.

    https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GetTemporaryGlueTableCredentials.html
    """
    if not call.operation.startswith("GetTemporaryGlue"):
        return None
    return [Permission("lakeformation:GetDataAccess", "*")]


def sqs(call: Call) -> list[Permission] | None:
    """Requests name queues by URL; batches have the action of one message.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    """
    url = str(call.get("QueueUrl") or "")
    action = find_action("sqs", call.operation.removesuffix("Batch"))
    if not url or action is None or not action.resource_types:
        return None
    account, name = url.rstrip("/").split("/")[-2:]
    return [Permission(action.name, arn_of(call, name, account=account if account.isdigit() else ""))]
