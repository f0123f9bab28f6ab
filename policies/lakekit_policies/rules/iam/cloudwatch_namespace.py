from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies import wildcards
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy
from lakekit_policies.rules._shared.conditions import has_tag_condition
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import statement_name
from lakekit_policies.terraform.blocks import Block

ACTION = "cloudwatch:putmetricdata"


class CloudwatchNamespace(AllowStatementRule):
    id = "LK_IAM_24"
    title = "cloudwatch:PutMetricData is restricted to a namespace"
    severity = "low"
    rationale = (
        "`cloudwatch:PutMetricData` does not support resource-level permissions. A principal that can write any "
        "metric can suppress or trigger alarms."
    )
    remedy = "Add the condition `cloudwatch:namespace`."
    reference = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html"
    pack = "baseline"
    controls = {"nist": ["AC-6", "AU-9"], "soc2": ["CC6.3", "CC7.2"]}

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del policy, block
        actions = policy_documents.items(statement, "Action")
        matching = [action for action in actions if wildcards.matches(action.lower(), ACTION)]
        # The rules on wildcards cover cloudwatch:* and *.
        if any(not action.endswith(":*") and action != "*" for action in matching) and not has_tag_condition(
            statement, ("cloudwatch:namespace",)
        ):
            yield f"{statement_name(statement)} allows cloudwatch:PutMetricData in any namespace"


check = CloudwatchNamespace()
