from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_destinations import foreign_hosts
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, is_true, unquoted
from lakekit_policies.terraform.blocks import Block, as_list

_URLS = ("oauth_redirect_uri", "external_oauth_issuer", "external_oauth_jws_keys_url", "saml2_sso_url")


class IdentityIntegrationsRestricted(Rule):
    id = "LK_SF_43"
    title = "OAuth, SAML and SCIM integrations trust known providers and no administrative role"
    severity = "critical"
    rationale = (
        "A principal that controls the identity provider, the signing key or the redirect URL of an integration signs "
        "in as any user it maps; with any role mode, also in any role."
    )
    remedy = (
        "Use hosts of `trust_boundary.hosts` with https, block administrative roles, and set the network policy of the "
        "SCIM client."
    )
    reference = "https://docs.snowflake.com/en/user-guide/oauth-intro"
    pack = "snowflake"
    controls = {"nist": ["IA-8", "AC-6(5)"], "soc2": ["CC6.1", "CC6.3"]}
    resources = (
        "snowflake_external_oauth_integration",
        "snowflake_oauth_integration_for_custom_clients",
        "snowflake_oauth_integration_for_partner_applications",
        "snowflake_saml2_integration",
        "snowflake_scim_integration",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for name in _URLS:
            for value in as_list(block.get(name)):
                if str(value).lower().startswith("http://"):
                    yield f"{name} {value} is not encrypted; use https"
                yield from foreign_hosts([value], name)
        if is_true(block.get("oauth_allow_non_tls_redirect_uri")):
            yield "oauth_allow_non_tls_redirect_uri is true"
        if str(block.get("oauth_enforce_pkce")).lower() == "false":
            yield "oauth_enforce_pkce is false"
        if str(block.get("oauth_use_secondary_roles") or "").upper() == "IMPLICIT":
            yield "oauth_use_secondary_roles is IMPLICIT; tokens carry all roles of the user"
        if str(block.get("external_oauth_any_role_mode") or "").upper().startswith("ENABLE"):
            yield f"external_oauth_any_role_mode is {block.get('external_oauth_any_role_mode')}"
        for name in ("external_oauth_allowed_roles_list", "pre_authorized_roles_list"):
            for role in sorted({unquoted(item) for item in as_list(block.get(name))} & ADMINISTRATORS):
                yield f"{name} has {role}"
        if self.entity_type == "snowflake_scim_integration":
            if not block.get("network_policy"):
                yield "network_policy is not set; a leaked SCIM token works from anywhere"
            if is_true(block.get("sync_password")):
                yield "sync_password is true; users sign in with passwords"


check = IdentityIntegrationsRestricted()
