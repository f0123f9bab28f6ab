from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class UserPoolClientFlows(SettingsRule):
    id = "LK_COGNITO_3"
    title = "Clients of user pools use secure flows"
    severity = "high"
    rationale = (
        "The implicit flow puts tokens into URLs, and password flows give the password to the client. Legacy errors "
        "tell which users exist."
    )
    remedy = (
        'Use `allowed_oauth_flows = ["code"]` or client credentials, `ALLOW_USER_SRP_AUTH`, and '
        '`prevent_user_existence_errors = "ENABLED"`.'
    )
    reference = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html"
    pack = "baseline"
    controls = {"nist": ["IA-2", "AC-3"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_cognito_user_pool_client", "allowed_oauth_flows", rejected=("implicit",)),
        Setting(
            "aws_cognito_user_pool_client",
            "explicit_auth_flows",
            rejected=("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"),
        ),
        Setting("aws_cognito_user_pool_client", "prevent_user_existence_errors", rejected=("LEGACY",)),
        Setting("aws_cognito_user_pool_client", "enable_token_revocation", rejected=(False,)),
    )


check = UserPoolClientFlows()
