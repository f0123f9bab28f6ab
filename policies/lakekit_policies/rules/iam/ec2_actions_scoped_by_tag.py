from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import has_tag_condition
from lakekit_policies.rules._shared.ec2_permissions import mutating_actions
from lakekit_policies.rules._shared.policy_statements import IDENTITY, allow_statements, statement_name
from lakekit_policies.rules._shared.roles import assuming_services
from lakekit_policies.terraform.blocks import Block

# Subnets, groups and images are there to be used.
SHARED = (
    "capacity-reservation",
    "image",
    "instance-type",
    "key-pair",
    "placement-group",
    "security-group",
    "subnet",
    "vpc",
)
# Flink makes interfaces without tags, lends them to itself, and clears them away. Whoever may do more to any interface
# puts other security groups on any machine's; and Glue knows its own by a tag.
OF_SERVICES = (
    "createfleet",
    "createnetworkinterface",
    "createnetworkinterfacepermission",
    "deletenetworkinterface",
    "runinstances",
)
TAGGING_SERVICE = "glue"
TAGGING = ("createtags", "deletetags")
THERE = ("aws:resourcetag/", "ec2:resourcetag/", "ec2:vpc", "ec2:subnet", "ec2:authorizedservice")
MADE = ("ec2:createaction",)
ASKED = ("aws:requesttag/",)


class Ec2ActionsScopedByTag(Rule):
    id = "LK_IAM_23"
    title = "EC2 permissions are restricted to resources with the owner's tag"
    severity = "high"
    rationale = (
        "EC2's resources have no names to grant by: instance/* is every machine of the account, and whoever may change "
        "one runs code with its role. Whoever may tag any of them makes it ours."
    )
    remedy = (
        "Add a condition on aws:ResourceTag (what is there), aws:RequestTag (what is made) or ec2:CreateAction (tags "
        "of what is made), with a value and an operator that does not hold without the key."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-iam-policies.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = IDENTITY

    def problems(self, block: Block) -> Iterable[str]:
        for statement in allow_statements(block):
            for arn in policy_documents.items(statement, "Resource"):
                found = [action for action in mutating_actions(statement) if _is_loose(action, arn, statement)]
                if (
                    not found
                    and _clears_interfaces(arn, statement)
                    and TAGGING_SERVICE in assuming_services(self, block)
                ):
                    found = ["ec2:DeleteNetworkInterface"]
                if found:
                    yield f"{statement_name(statement)} allows {', '.join(found[:4])} on {arn}, whoever's they are"


def _clears_interfaces(arn: str, statement: dict[str, Any]) -> bool:
    return (
        arn.endswith(":network-interface/*")
        and "ec2:deletenetworkinterface" in {action.lower() for action in mutating_actions(statement)}
        and not has_tag_condition(statement, THERE)
    )


def _is_loose(action: str, arn: str, statement: dict[str, Any]) -> bool:
    verb = action.lower().partition(":")[2]
    tags = any(fnmatchcase(tagging, verb) for tagging in TAGGING)
    # That a tag says our word binds what is made; of what is tagged it says nothing.
    if has_tag_condition(statement, (*THERE, *MADE) if tags else (*THERE, *MADE, *ASKED)):
        return False
    if arn == "*":
        # Without any condition it is CKV_AWS_355's matter.
        return bool(statement.get("Condition"))
    kind, _, rest = arn.split(":", 5)[-1].partition("/")
    if "*" not in rest or (kind in SHARED and not tags):
        return False
    return not (kind == "network-interface" and verb in OF_SERVICES)


check = Ec2ActionsScopedByTag()
