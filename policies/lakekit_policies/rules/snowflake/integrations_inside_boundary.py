from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_destinations import foreign_arns, foreign_hosts, foreign_mail
from lakekit_policies.terraform.blocks import Block, as_list

_ARNS = ("api_aws_role_arn", "aws_sns_topic_arn", "aws_sns_role_arn", "aws_sqs_arn", "aws_sqs_role_arn")
_URLS = (
    "api_allowed_prefixes",
    "url_of_proxy_and_resource",
    "azure_storage_queue_primary_uri",
    "origin",
    "oauth_token_endpoint",
    "oauth_authorization_endpoint",
)
_OTHER_CLOUDS = (
    "api_gcp_service_account",
    "azure_tenant_id",
    "gcp_pubsub_subscription_name",
    "gcp_pubsub_topic_name",
)


class IntegrationsInsideBoundary(Rule):
    id = "LK_SF_38"
    title = "Integrations and external functions call endpoints inside the trust boundary"
    severity = "critical"
    rationale = (
        "An external function sends the rows of a query to its URL; notification, mail and API integrations send data "
        "to topics, addresses and services. No mask or row policy applies after that."
    )
    remedy = (
        "Use roles, topics and queues of the environment's account, hosts of `trust_boundary.hosts` and addresses of "
        "`trust_boundary.mail_domains`."
    )
    reference = "https://docs.snowflake.com/en/sql-reference/external-functions-security"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "SC-7(10)"], "soc2": ["CC6.1", "CC6.7"]}
    resources = (
        "snowflake_api_authentication_integration_with_authorization_code_grant",
        "snowflake_api_authentication_integration_with_client_credentials",
        "snowflake_api_authentication_integration_with_jwt_bearer",
        "snowflake_api_integration",
        "snowflake_email_notification_integration",
        "snowflake_external_function",
        "snowflake_git_repository",
        "snowflake_notification_integration",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for name in _ARNS:
            yield from foreign_arns([block.get(name)], name)
        for name in _URLS:
            for value in as_list(block.get(name)):
                if str(value).lower().startswith("http://"):
                    yield f"{name} {value} is not encrypted; use https"
                yield from foreign_hosts([value], name)
        for name in _OTHER_CLOUDS:
            if block.get(name):
                yield f"{name} {block.get(name)} is in another cloud, which the trust boundary does not cover"
        yield from foreign_mail(as_list(block.get("allowed_recipients")), "recipient")
        if self.entity_type == "snowflake_email_notification_integration" and not as_list(
            block.get("allowed_recipients")
        ):
            yield "allowed_recipients is not set; every verified address of the account can be used"


check = IntegrationsInsideBoundary()
