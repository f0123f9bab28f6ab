"""Rules for what leaves a Snowflake account: shares, replication, integrations, accounts and services."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Change, Document, both, put
from snowflake_fixtures import case

__all__ = ["test_passes", "test_rejects"]

INSIDE = "ACMEORG.LAKE_DR"
OUTSIDE = "EVILORG.EVILACC"
BOUNDARY: Document = {
    "snowflake_accounts": [INSIDE],
    "hosts": ["api.acme.example"],
    "mail_domains": ["acme.example"],
    "accounts": {"222222222222": "shared services"},
}


def boundary(document: Document) -> None:
    document["trust_boundary"] = BOUNDARY


def add(kind: str, **body: Any) -> Change:
    """Add a resource, in a configuration with a trust boundary."""
    return both(boundary, put(f"resource/snowflake_{kind}", {"New": body}))


def catalog(uri: str, account: str, role_account: str) -> Change:
    """A catalog integration."""
    return put(
        "snowflake_execute/Orders/execute",
        "CREATE CATALOG INTEGRATION IF NOT EXISTS CI CATALOG_SOURCE = ICEBERG_REST REST_CONFIG = "
        f"(CATALOG_URI = '{uri}' CATALOG_API_TYPE = AWS_GLUE CATALOG_NAME = '{account}') REST_AUTHENTICATION = "
        f"(TYPE = SIGV4 SIGV4_IAM_ROLE = 'arn:aws:iam::{role_account}:role/x') ENABLED = TRUE",
    )


CASES = [
    case(
        "LK_SF_35",
        {
            "role granted to PUBLIC": (
                add("grant_database_role", database_role_name='"D"."R"', parent_role_name="public"),
                "D.R is granted to PUBLIC",
            ),
            "role granted to ACCOUNTADMIN": (
                add("grant_database_role", database_role_name='"D"."R"', parent_role_name='"ACCOUNTADMIN"'),
                "is granted to ACCOUNTADMIN",
            ),
            "role granted to a share": (
                add("grant_database_role", database_role_name='"D"."R"', share_name="S"),
                "its privileges leave the account",
            ),
            "role granted to an application": (
                add("grant_application_role", application_role_name="A.R", application_name="APP"),
                "granted to application APP",
            ),
            "role without a comment": (add("database_role", name="R", database="D"), "R has no comment"),
        },
        {
            "role granted to a functional role": add(
                "grant_database_role", database_role_name='"D"."R"', parent_role_name="FR_ACME_PROD_ANALYST"
            )
        },
    ),
    case(
        "LK_SF_36",
        {
            "share with another organization": (
                add("share", name="S", accounts=[INSIDE, f'"{OUTSIDE}"']),
                f"account {OUTSIDE} is outside of the trust boundary",
            ),
            "listing": (add("listing", name="L", share="S"), "a listing offers data to other accounts"),
            "all tables of a schema": (
                both(
                    add("share", name="S"),
                    put(
                        "resource/snowflake_grant_privileges_to_share",
                        {"G": {"to_share": "S", "privileges": ["SELECT"], "on_all_tables_in_schema": "D.S"}},
                    ),
                ),
                "all tables of a schema are granted to a share",
            ),
            "share of another configuration": (
                add("grant_privileges_to_share", to_share="OTHER", privileges=["SELECT"], on_table="D.S.T"),
                "share OTHER is not in this configuration",
            ),
            "privileges that write": (
                add("grant_privileges_to_share", to_share="S", privileges=["REFERENCE_USAGE", "MODIFY"], on_table="T"),
                "privileges MODIFY, REFERENCE_USAGE",
            ),
        },
        {"share with an account inside": add("share", name="S", accounts=[INSIDE])},
    ),
    case(
        "LK_SF_37",
        {
            "database replicated to a foreign account": (
                both(
                    boundary,
                    put(
                        "snowflake_database/Curated/replication",
                        [{"enable_to_account": [{"account_identifier": '"EVILORG"."EVILACC"'}]}],
                    ),
                ),
                f"replication to {OUTSIDE} is outside",
            ),
            "edition not checked": (
                both(boundary, put("snowflake_database/Curated/replication", [{"ignore_edition_check": True}])),
                "ignore_edition_check is true",
            ),
            "failover group": (add("failover_group", name="F", allowed_accounts=[OUTSIDE]), "is outside"),
            "failover of connections": (
                add("primary_connection", name="C", enable_failover_to_accounts=[OUTSIDE]),
                f"failover to {OUTSIDE}",
            ),
            "replica of a foreign database": (
                add("secondary_database", name="D", as_replica_of='"EVILORG"."EVILACC"."D"'),
                f"as_replica_of {OUTSIDE}",
            ),
            "database from a foreign share": (
                add("shared_database", name="D", from_share='"EVILORG"."EVILACC"."S"'),
                f"from_share {OUTSIDE}",
            ),
        },
        {
            "failover to an account inside": add("failover_group", name="F", allowed_accounts=[INSIDE]),
            "account with a hyphen": add("failover_group", name="F", allowed_accounts=["ACMEORG-LAKE_DR"]),
        },
    ),
    case(
        "LK_SF_38",
        {
            "API integration with a foreign role": (
                add("api_integration", name="A", api_aws_role_arn="arn:aws:iam::999988887777:role/x"),
                "api_aws_role_arn arn:aws:iam::999988887777:role/x is outside",
            ),
            "external function with a foreign URL": (
                add("external_function", name="F", url_of_proxy_and_resource="https://evil.example/x"),
                "https://evil.example/x is outside",
            ),
            "URL without encryption": (
                add("external_function", name="F", url_of_proxy_and_resource="http://api.acme.example/x"),
                "is not encrypted",
            ),
            "foreign topic": (
                add("notification_integration", name="N", aws_sns_topic_arn="arn:aws:sns:eu-west-1:999988887777:t"),
                "aws_sns_topic_arn",
            ),
            "other cloud": (add("notification_integration", name="N", gcp_pubsub_topic_name="t"), "another cloud"),
            "foreign recipient": (
                add("email_notification_integration", name="E", allowed_recipients=["x@evil.example"]),
                "recipient x@evil.example is outside",
            ),
            "any recipient": (add("email_notification_integration", name="E"), "allowed_recipients is not set"),
            "foreign repository": (
                add("git_repository", name="G", origin="https://evil.example/r.git"),
                "origin https://evil.example/r.git is outside",
            ),
        },
        {
            "endpoints inside": both(
                add("external_function", name="F", url_of_proxy_and_resource="https://api.acme.example/x"),
                put(
                    "resource/snowflake_api_integration",
                    {"A": {"name": "A", "api_aws_role_arn": "arn:aws:iam::222222222222:role/x"}},
                ),
            ),
            "recipient inside": add(
                "email_notification_integration", name="E", allowed_recipients=["ops@acme.example"]
            ),
        },
    ),
    case(
        "LK_SF_48",
        {
            "foreign catalog": (
                catalog("https://evil.example/iceberg", "111111111111", "111111111111"),
                "CATALOG_URI https://evil.example/iceberg is outside",
            ),
            "host that resembles Glue": (
                catalog("https://glue.eu-west-1.amazonaws.com.evil.example/", "111111111111", "111111111111"),
                "CATALOG_URI",
            ),
            "catalog of another account": (
                catalog("https://glue.eu-west-1.amazonaws.com/iceberg", "999988887777", "111111111111"),
                "CATALOG_NAME 999988887777 is outside",
            ),
            "role of another account": (
                catalog("https://glue.eu-west-1.amazonaws.com/iceberg", "111111111111", "999988887777"),
                "SIGV4_IAM_ROLE arn:aws:iam::999988887777:role/x is outside",
            ),
            "no encryption": (
                catalog("http://glue.eu-west-1.amazonaws.com/iceberg", "111111111111", "111111111111"),
                "is not encrypted",
            ),
        },
        {"Glue": catalog("https://glue.eu-west-1.amazonaws.com/iceberg", "111111111111", "111111111111")},
    ),
    case(
        "LK_SF_43",
        {
            "foreign redirect URL": (
                add("oauth_integration_for_custom_clients", name="O", oauth_redirect_uri="https://evil.example/cb"),
                "oauth_redirect_uri https://evil.example/cb is outside",
            ),
            "no encryption": (
                add("oauth_integration_for_custom_clients", name="O", oauth_allow_non_tls_redirect_uri="true"),
                "oauth_allow_non_tls_redirect_uri is true",
            ),
            "any role": (
                add("external_oauth_integration", name="O", external_oauth_any_role_mode="ENABLE"),
                "external_oauth_any_role_mode is ENABLE",
            ),
            "administrative role": (
                add("external_oauth_integration", name="O", external_oauth_allowed_roles_list=["accountadmin"]),
                "external_oauth_allowed_roles_list has ACCOUNTADMIN",
            ),
            "foreign signing keys": (
                add("external_oauth_integration", name="O", external_oauth_jws_keys_url=["https://evil.example/keys"]),
                "external_oauth_jws_keys_url",
            ),
            "foreign identity provider": (
                add("saml2_integration", name="S", saml2_sso_url="https://evil.example/sso"),
                "saml2_sso_url",
            ),
            "SCIM from anywhere": (add("scim_integration", name="S"), "network_policy is not set"),
            "SCIM with passwords": (
                add("scim_integration", name="S", network_policy="NP", sync_password="true"),
                "sync_password is true",
            ),
            "all roles in tokens": (
                add("oauth_integration_for_partner_applications", name="O", oauth_use_secondary_roles="IMPLICIT"),
                "oauth_use_secondary_roles is IMPLICIT",
            ),
        },
        {"provider inside": add("saml2_integration", name="S", saml2_sso_url="https://api.acme.example/sso")},
    ),
    case(
        "LK_SF_45",
        {
            "reader account": (
                add("managed_account", name="R", admin_name="A", admin_password="x"),
                "reader account R is created with administrator A",
            ),
            "account": (add("account", name="X", admin_name="A"), "account X is created"),
        },
    ),
    case(
        "LK_SF_47",
        {
            "public endpoint": (
                add("service", name="S", from_specification=[{"text": "endpoints:\n- name: a\n  public: true"}]),
                "from_specification has a public endpoint",
            ),
            "specification on a stage": (
                add("service", name="S", from_specification=[{"stage": "@s", "file": "x.yaml"}]),
                "is read from a stage",
            ),
            "external access": (
                add("streamlit", name="S", external_access_integrations=["EAI"]),
                "external_access_integrations has EAI",
            ),
            "compute pool that never suspends": (
                add("compute_pool", name="P", auto_suspend_secs=0),
                "auto_suspend_secs is 0",
            ),
        },
        {
            "private service": add("service", name="S", from_specification=[{"text": "spec:\n  containers: []"}]),
            "compute pool": add("compute_pool", name="P", auto_suspend_secs=600, max_nodes=2),
        },
    ),
]
