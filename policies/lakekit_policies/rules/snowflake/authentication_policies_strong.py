from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display
from lakekit_policies.terraform.blocks import Block, as_list, nested

# NIST SP 800-63B: length instead of composition; Snowflake's own limits are 8 to 256.
MIN_LENGTH = 14
_NUMBERS = {
    "min_length": (MIN_LENGTH, 256, 14),
    "max_retries": (1, 10, 5),
    "lockout_time_mins": (15, 999, 15),
    "history": (5, 24, 5),
}
"""Attribute to the smallest and the largest value, and Snowflake's default."""


class AuthenticationPoliciesStrong(Rule):
    id = "LK_SF_42"
    title = "Password and authentication policies require long passwords and multi-factor authentication"
    severity = "high"
    rationale = (
        "Leaked and guessed passwords are the usual way into a Snowflake account. A policy with weak values looks like "
        "a protection and replaces the account's defaults."
    )
    remedy = (
        "Use passwords of at least 14 characters, at most 10 retries, a lockout of 15 minutes or more; require MFA, "
        "list authentication methods, and keep the network policy for access tokens."
    )
    reference = "https://docs.snowflake.com/en/user-guide/authentication-policies"
    pack = "snowflake"
    controls = {"nist": ["IA-2(1)", "IA-5(1)", "AC-7"], "soc2": ["CC6.1"]}
    resources = ("snowflake_authentication_policy", "snowflake_password_policy")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_password_policy":
            yield from self._password_problems(block)
        else:
            yield from self._authentication_problems(block)

    def _password_problems(self, block: Block) -> Iterable[str]:
        for name, (low, high, default) in _NUMBERS.items():
            given = block.get(name)
            value = default if given is None else as_number(given)
            if name == "history" and given is None:
                continue
            if value is not None and not low <= value <= high:
                yield f"{name} is {display(given)}; {low} to {high} are allowed"

    def _authentication_problems(self, block: Block) -> Iterable[str]:
        methods = {str(item).upper() for item in as_list(block.get("authentication_methods"))} or {"ALL"}
        enrollment = str(block.get("mfa_enrollment") or "").upper()
        if "ALL" in methods:
            yield "authentication_methods is ALL or not set; list them"
        if methods & {"ALL", "PASSWORD"} and enrollment not in ("REQUIRED", "REQUIRED_PASSWORD_ONLY"):
            yield f"mfa_enrollment is {display(block.get('mfa_enrollment'))}; passwords need REQUIRED"
        for policy in nested(block, "pat_policy"):
            evaluation = str(policy.get("network_policy_evaluation") or "").upper()
            if evaluation in ("NOT_ENFORCED", "ENFORCED_NOT_REQUIRED"):
                yield f"network_policy_evaluation is {evaluation}; tokens work from anywhere"
            days = as_number(policy.get("max_expiry_in_days"))
            if days is not None and days > 90:
                yield f"max_expiry_in_days is {display(policy.get('max_expiry_in_days'))}; at most 90 are allowed"
        for policy in nested(block, "workload_identity_policy"):
            if "ALL" in {str(item).upper() for item in as_list(policy.get("allowed_providers"))}:
                yield "allowed_providers is ALL"


check = AuthenticationPoliciesStrong()
