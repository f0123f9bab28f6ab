from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class ProviderAllowedAccountIds(StackRule):
    id = "LK_TF_2"
    title = "Providers are restricted to the environment's account"
    severity = "critical"
    rationale = (
        "With the wrong AWS profile, the configuration of one environment would be applied to the account of another."
    )
    remedy = "Set `allowed_account_ids` to the environment's account id (`LakehouseStack` does)."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#allowed_account_ids"
    pack = "baseline"
    controls = {"nist": ["CM-3", "CM-5"], "soc2": ["CC8.1"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        account = stack_context.current().account_id
        for address, block in stack.providers("aws"):
            allowed = [str(item) for item in as_list(block.get("allowed_account_ids"))]
            if not allowed:
                yield Problem(address, "allowed_account_ids is not set")
            elif account and allowed != [account]:
                yield Problem(address, f"allowed_account_ids is {', '.join(allowed)}; expected {account}")


check = ProviderAllowedAccountIds()
