from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.shared.encoded_text import decoded_text
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.declarations import Declarations

_SCRIPTS: Final = {
    "aws_instance": ("user_data", "user_data_base64"),
    "aws_spot_instance_request": ("user_data", "user_data_base64"),
    "aws_launch_configuration": ("user_data", "user_data_base64"),
    "aws_launch_template": ("user_data",),
}
_DIGEST: Final = re.compile(r"[0-9a-f]{40}")


class UserDataReadable(DeclarationRule):
    id = "LK_EC2_2"
    title = "The plan contains the user data of instances"
    severity = "high"
    rationale = (
        "User data runs as root at the first start. The AWS provider replaces `user_data` by its SHA-1 digest. If it "
        "is not a literal, the plan does not show which commands, hosts and passwords it contains, and no rule "
        "evaluates them."
    )
    remedy = "Use `user_data_base64`, or a launch template: the plan contains their text."
    reference = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"
    pack = "baseline"
    controls = {"nist": ["CM-5", "CM-7", "IA-5(7)"], "soc2": ["CC6.1", "CC8.1"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        warning = not stack_context.current().at_least("staging")
        for resource in declared.resources:
            for name in _SCRIPTS.get(resource.type, ()):
                value = resource.arguments.get(name)
                if not isinstance(value, str) or not value or (declared.references is None and "${" in value):
                    continue  # an expression of a stack: the plan shows its value
                if _DIGEST.fullmatch(value):
                    message = f"the plan contains the digest of {name} only; what it runs was not evaluated"
                elif "${" in value or (decoded_text(value) is None and name != "user_data"):
                    message = f"the text of {name} is not known; what it runs was not evaluated"
                else:
                    continue
                yield Problem(resource.address, message, warning)


check = UserDataReadable()
