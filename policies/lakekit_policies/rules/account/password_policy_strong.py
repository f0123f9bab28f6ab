from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class PasswordPolicyStrong(SettingsRule):
    id = "LK_ACCOUNT_1"
    title = "The password policy of the account follows the CIS benchmark"
    severity = "medium"
    rationale = (
        "Short and reused passwords of IAM users are guessed. CIS AWS Foundations requires 14 characters and a "
        "history of 24 passwords."
    )
    remedy = "Set `minimum_password_length` to 14 or more and `password_reuse_prevention` to 24."
    reference = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-15"
    pack = "baseline"
    controls = {"nist": ["IA-5(1)"], "cis": ["1.8", "1.9"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_iam_account_password_policy", "minimum_password_length", minimum=14, default=6),
        Setting("aws_iam_account_password_policy", "password_reuse_prevention", minimum=24),
    )


check = PasswordPolicyStrong()
