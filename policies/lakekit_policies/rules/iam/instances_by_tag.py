from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import documents
from lakekit_policies.blocks import Block
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policies import IDENTITY, allowed, name

READING = ("describe", "get", "list")
# Subnets, groups and images are there to be used; interfaces that services make for themselves carry no tags.
SHARED = (
    "capacity-reservation",
    "image",
    "instance-type",
    "key-pair",
    "network-interface",
    "placement-group",
    "security-group",
    "subnet",
    "vpc",
)
BINDING = (
    "aws:requesttag/",
    "aws:resourcetag/",
    "ec2:resourcetag/",
    "ec2:createaction",
    "ec2:vpc",
    "ec2:subnet",
    "ec2:authorizedservice",
)


class InstancesByTag(Rule):
    id = "LK_IAM_23"
    title = "Rights on instances and disks reach the ones with our tag"
    severity = "high"
    rationale = (
        "EC2's resources have no names to grant by: instance/* is every machine of the account, and whoever may change "
        "one runs code with its role."
    )
    remedy = "Add a condition on aws:ResourceTag (what is there), aws:RequestTag (what is made) or ec2:CreateAction."
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-iam-policies.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = IDENTITY

    def problems(self, block: Block) -> Iterable[str]:
        for statement in allowed(block):
            actions = [
                action
                for action in documents.items(statement, "Action")
                if action.lower().startswith("ec2:") and not action.lower().partition(":")[2].startswith(READING)
            ]
            keys = [key for _, key, _ in documents.conditions(statement)]
            if not actions or any(key.startswith(BINDING) for key in keys):
                continue
            for arn in documents.items(statement, "Resource"):
                kind, _, rest = arn.split(":", 5)[-1].partition("/")
                # A bare * without any condition is CKV_AWS_355's matter.
                if ("*" in rest and kind not in SHARED) or (arn == "*" and keys):
                    yield f"{name(statement)} allows {', '.join(actions[:4])} on {arn}, whoever's they are"


check = InstancesByTag()
