from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class UserPoolRestricted(SettingsRule):
    id = "LK_COGNITO_1"
    title = "User pools require MFA and do not allow self sign-up"
    severity = "high"
    rationale = (
        "With self sign-up, everyone on the internet can create a user of the pool. A password alone is phished."
    )
    remedy = 'Set `mfa_configuration = "ON"` and `admin_create_user_config.allow_admin_create_user_only = true`.'
    reference = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-admin-create-user-policy.html"
    )
    pack = "baseline"
    controls = {"nist": ["IA-2", "AC-3"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_cognito_user_pool", "mfa_configuration", allowed=("ON",), default="OFF"),
        Setting("aws_cognito_user_pool", "admin_create_user_config.allow_admin_create_user_only", allowed=(True,)),
        Setting("aws_cognito_user_pool", "deletion_protection", allowed=("ACTIVE",), tier="staging"),
        Setting("aws_cognito_user_pool", "password_policy.minimum_length", minimum=8, if_block=True),
    )


check = UserPoolRestricted()
