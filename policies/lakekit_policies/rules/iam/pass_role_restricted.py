from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import condition_values
from lakekit_policies.rules._shared.policy_statements import IDENTITY, allow_statements, statement_name
from lakekit_policies.terraform.blocks import Block


class PassRoleRestricted(Rule):
    id = "LK_IAM_4"
    title = "iam:PassRole is restricted to a role and a service"
    severity = "high"
    rationale = (
        "A principal that can pass any role to a service that runs code obtains the permissions of that role "
        "(privilege escalation)."
    )
    remedy = "Name the ARN of the role and add the condition `iam:PassedToService` with the service principal."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    pack = "baseline"
    controls = {"nist": ["AC-6(1)", "AC-6(10)"], "soc2": ["CC6.3"]}
    resources = IDENTITY

    def problems(self, block: Block) -> Iterable[str]:
        for statement in allow_statements(block):
            actions = [action.lower() for action in policy_documents.items(statement, "Action")]
            # CKV_AWS_63 covers *.
            if not any(fnmatchcase("iam:passrole", action) for action in actions if action != "*"):
                continue
            for arn in policy_documents.items(statement, "Resource"):
                if set("*?") & set(arn):
                    yield f"{statement_name(statement)} allows iam:PassRole on the wildcard {arn}"
            services = [values for _, values in condition_values(statement, ("iam:passedtoservice",))]
            # "ec2.amazonaws.com*" matches EC2 in every partition, "*.amazonaws.com" every service.
            if not any(all(value[0] not in "*?" for value in values) for values in services):
                yield (
                    f"{statement_name(statement)} allows iam:PassRole to any service; add the condition "
                    "iam:PassedToService"
                )


check = PassRoleRestricted()
