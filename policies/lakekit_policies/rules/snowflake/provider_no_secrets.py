from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

SECRETS = ("password", "private_key", "private_key_passphrase", "token", "oauth_client_secret", "passcode")
ALLOWED_AUTHENTICATORS = (
    "SNOWFLAKE_JWT",
    "OAUTH",
    "OAUTH_CLIENT_CREDENTIALS",
    "OAUTH_AUTHORIZATION_CODE",
    "WORKLOAD_IDENTITY",
    "EXTERNALBROWSER",
)


class ProviderNoSecrets(ConfigurationRule):
    id = "LK_SF_3"
    title = "The Snowflake provider contains no secret and names its account"
    severity = "critical"
    rationale = (
        "A secret in the configuration is stored in the repository, in plans and in the state. Without an account "
        "name, a local profile determines which account is changed."
    )
    remedy = (
        "Set `organization_name`, `account_name` and `authenticator`; pass SNOWFLAKE_PRIVATE_KEY or SNOWFLAKE_TOKEN "
        "as an environment variable."
    )
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs#authentication"
    pack = "snowflake"
    controls = {"nist": ["IA-5(7)", "SC-12"], "soc2": ["CC6.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for address, block in stack.providers("snowflake"):
            for key in SECRETS:
                if block.get(key):
                    yield Problem(address, f"{key} is set in the configuration")
            for key in ("organization_name", "account_name"):
                if not block.get(key):
                    yield Problem(address, f"{key} is not set")
            if str(block.get("authenticator", "")).upper() not in ALLOWED_AUTHENTICATORS:
                yield Problem(address, f"authenticator is {block.get('authenticator')}; use a key pair or OAuth")
            if block.get("insecure_mode") is True:
                yield Problem(address, "insecure_mode is true; certificate revocation is not checked")


check = ProviderNoSecrets()
