from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class FunctionRecursionStopped(SettingsRule):
    id = "LK_LAMBDA_5"
    title = "Recursive loops of functions are stopped"
    severity = "medium"
    rationale = "A function that writes to its own source invokes itself without end, at the cost of the account."
    remedy = "Leave `recursive_loop = Terminate`."
    reference = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
    pack = "baseline"
    controls = {"nist": ["SC-5"], "soc2": ["A1.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_lambda_function_recursion_config", "recursive_loop", rejected=("Allow",)),
    )


check = FunctionRecursionStopped()
