from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

_SECRETS = ("password", "secret_string", "oauth_client_secret", "oauth_refresh_token", "oauth_assertion_issuer_secret")


class SecretsNotInConfiguration(Rule):
    id = "LK_SF_46"
    title = "Snowflake secrets have no value in the configuration"
    severity = "critical"
    rationale = "The provider stores the value in the state in plaintext, and a literal is in the repository as well."
    remedy = (
        "Create the secret with a sensitive variable, or create it outside of Terraform and grant USAGE on it; use "
        "client credentials or key pairs where the other system supports them."
    )
    reference = "https://docs.snowflake.com/en/sql-reference/sql/create-secret"
    pack = "snowflake"
    controls = {"nist": ["IA-5(7)", "SC-12"], "soc2": ["CC6.1"]}
    resources = (
        "snowflake_api_authentication_integration_with_authorization_code_grant",
        "snowflake_api_authentication_integration_with_client_credentials",
        "snowflake_api_authentication_integration_with_jwt_bearer",
        "snowflake_secret_with_authorization_code_grant",
        "snowflake_secret_with_basic_authentication",
        "snowflake_secret_with_client_credentials",
        "snowflake_secret_with_generic_string",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for name in _SECRETS:
            value = str(block.get(name) or "")
            if value and "${" not in value and not value.startswith("var."):
                yield f"{name} is set in the configuration"


check = SecretsNotInConfiguration()
