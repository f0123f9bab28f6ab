from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy
from lakekit_policies.rules._shared.conditions import has_tag_condition
from lakekit_policies.rules._shared.ec2_permissions import mutating_actions
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import statement_name
from lakekit_policies.rules._shared.roles import assuming_services
from lakekit_policies.terraform.blocks import Block

# Resource types that launch requests refer to; a fleet is the one that the request creates.
LAUNCH_RESOURCES = (
    "capacity-reservation",
    "fleet",
    "image",
    "instance-type",
    "key-pair",
    "placement-group",
    "security-group",
    "subnet",
    "vpc",
)
# Managed Flink creates, shares and deletes network interfaces without tags. Other actions on any interface would allow
# changing the security groups of any instance. Glue tags its interfaces.
INTERFACE_ACTIONS = (
    "createfleet",
    "createnetworkinterface",
    "createnetworkinterfacepermission",
    "deletenetworkinterface",
    "runinstances",
)
INTERFACE_TAGGING_SERVICE = "glue"
TAGGING_ACTIONS = ("createtags", "deletetags")
RESOURCE_TAG_KEYS = ("aws:resourcetag/", "ec2:resourcetag/", "ec2:vpc", "ec2:subnet", "ec2:authorizedservice")
CREATION_KEYS = ("ec2:createaction",)
REQUEST_TAG_KEYS = ("aws:requesttag/",)


class Ec2ActionsScopedByTag(AllowStatementRule):
    id = "LK_IAM_23"
    title = "EC2 permissions are restricted by resource tag"
    severity = "high"
    rationale = (
        "EC2 resource ids are not known in advance: `instance/*` is every instance of the account, and a principal "
        "that can modify an instance can run code with its role. A principal that can tag any resource can bypass "
        "tag conditions."
    )
    remedy = (
        "Add a condition on `aws:ResourceTag` (existing resources), `aws:RequestTag` (new resources) or "
        "`ec2:CreateAction` (tagging on creation), with a value and an operator that does not match when the key is "
        "absent."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-iam-policies.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del policy
        mutating = mutating_actions(statement)
        for arn in policy_documents.items(statement, "Resource") if mutating else ():
            actions = [action for action in mutating if _is_unrestricted(action, arn, statement)]
            if (
                not actions
                and _deletes_any_interface(arn, statement)
                and INTERFACE_TAGGING_SERVICE in assuming_services(self, block)
            ):
                actions = ["ec2:DeleteNetworkInterface"]
            if actions:
                yield f"{statement_name(statement)} allows {', '.join(actions[:4])} on {arn} without a tag condition"


def _deletes_any_interface(arn: str, statement: dict[str, Any]) -> bool:
    return (
        arn.endswith(":network-interface/*")
        and "ec2:deletenetworkinterface" in {action.lower() for action in mutating_actions(statement)}
        and not has_tag_condition(statement, RESOURCE_TAG_KEYS)
    )


def _is_unrestricted(action: str, arn: str, statement: dict[str, Any]) -> bool:
    verb = action.lower().partition(":")[2]
    tags = any(fnmatchcase(pattern, verb) for pattern in TAGGING_ACTIONS)
    # A request tag restricts what is created, not which existing resources are tagged.
    if has_tag_condition(
        statement,
        (*RESOURCE_TAG_KEYS, *CREATION_KEYS) if tags else (*RESOURCE_TAG_KEYS, *CREATION_KEYS, *REQUEST_TAG_KEYS),
    ):
        return False
    if arn == "*":
        # CKV_AWS_355 covers * without a condition.
        return bool(statement.get("Condition"))
    kind, _, rest = arn.split(":", 5)[-1].partition("/")
    if "*" not in rest or (kind in LAUNCH_RESOURCES and not tags):
        return False
    if kind == "instance" and verb == "modifynetworkinterfaceattribute":
        # The call changes an interface, which it requires too; the instance is where that is attached.
        return False
    return not (kind == "network-interface" and verb in INTERFACE_ACTIONS)


check = Ec2ActionsScopedByTag()
