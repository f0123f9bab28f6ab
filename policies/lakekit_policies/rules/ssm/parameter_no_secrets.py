from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.secrets.find import find_in_lines, is_secret
from lakekit_policies.secrets.references import is_reference
from lakekit_policies.terraform.blocks import Block


class ParameterNoSecrets(Rule):
    id = "LK_SSM_1"
    title = "SSM parameters contain no secrets in plaintext"
    severity = "high"
    rationale = (
        "A String parameter is readable by every principal with `ssm:GetParameter` and is stored in the state in "
        "plaintext."
    )
    remedy = (
        "Store secrets in Secrets Manager outside of Terraform, or use type SecureString with `key_id` and a value "
        "that Terraform does not contain (`value_wo` of an ephemeral variable)."
    )
    reference = "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-securestring.html"
    pack = "baseline"
    controls = {"nist": ["IA-5(7)", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_ssm_parameter",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("type") == "SecureString":
            problem = key_problem(block.get("key_id"), "the parameter")
            if problem:
                yield problem
            for key in ("value", "value_wo", "insecure_value"):
                value = block.get(key)
                if isinstance(value, str) and value and not is_reference(value):
                    yield f"{key} is a literal: it is in the code, in plans and in the state"
            return
        for key in ("value", "insecure_value"):
            value = block.get(key)
            # Line by line, `password: x` and `password = x` are settings, in a value of one line too.
            if is_secret(str(block.get("name", "")), value) or find_in_lines(f"{value}\n"):
                yield f"{block.get('name')} is of type {block.get('type')} and contains a likely secret"


check = ParameterNoSecrets()
