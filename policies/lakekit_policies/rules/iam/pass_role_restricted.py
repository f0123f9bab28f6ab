from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies import wildcards
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy
from lakekit_policies.rules._shared.conditions import condition_values
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import statement_name
from lakekit_policies.terraform.blocks import Block


class PassRoleRestricted(AllowStatementRule):
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

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del policy, block
        actions = [action.lower() for action in policy_documents.items(statement, "Action")]
        # CKV_AWS_63 and LK_IAM_2 cover *.
        if not any(wildcards.matches(action, "iam:passrole") for action in actions if action != "*"):
            return
        for arn in policy_documents.items(statement, "Resource"):
            if set("*?") & set(arn):
                yield f"{statement_name(statement)} allows iam:PassRole on the wildcard {arn}"
        services = [values for _, values in condition_values(statement, ("iam:passedtoservice",))]
        # "ec2.amazonaws.com*" matches EC2 in every partition, "*.amazonaws.com" every service.
        if not any(all(value[0] not in "*?" for value in values) for values in services):
            name = statement_name(statement)
            yield f"{name} allows iam:PassRole to any service; add the condition iam:PassedToService"


check = PassRoleRestricted()
