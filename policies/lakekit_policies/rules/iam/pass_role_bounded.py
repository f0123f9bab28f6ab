from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from lakekit_policies import documents
from lakekit_policies.blocks import Block
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import named
from lakekit_policies.rules._shared.policies import IDENTITY, allowed, name


class PassRoleBounded(Rule):
    id = "LK_IAM_4"
    title = "PassRole names the role and the service it goes to"
    severity = "high"
    rationale = "Whoever may pass any role to a service that runs code has that role's rights: the common way up."
    remedy = "Name the role's ARN and add the condition iam:PassedToService with the service's name."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    pack = "baseline"
    controls = {"nist": ["AC-6(1)", "AC-6(10)"], "soc2": ["CC6.3"]}
    resources = IDENTITY

    def problems(self, block: Block) -> Iterable[str]:
        for statement in allowed(block):
            actions = [action.lower() for action in documents.items(statement, "Action")]
            # CKV_AWS_63 has its say on * alone.
            if not any(fnmatchcase("iam:passrole", action) for action in actions if action != "*"):
                continue
            for arn in documents.items(statement, "Resource"):
                if set("*?") & set(arn):
                    yield f"{name(statement)} may pass {arn}"
            told = [values for _, values in named(statement, ("iam:passedtoservice",))]
            # "ec2.amazonaws.com*" is EC2 in every partition, "*.amazonaws.com" is every service.
            if not any(all(value[0] not in "*?" for value in values) for values in told):
                yield f"{name(statement)} may pass roles to any service: no condition iam:PassedToService"


check = PassRoleBounded()
