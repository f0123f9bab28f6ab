"""Names of arguments: which are not destinations, which name one without a telling form, and what for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from lakekit_policies.destinations.model import Use
from lakekit_policies.terraform import schema

# Texts for people, schemas and SQL: what they mention is no destination. Snowflake's SQL has its own rules.
_IGNORED: Final = re.compile(
    r"(?:tags(?:_all)?|labels|.*description|.*comments?|documentation|display_name|title|message|markdown|owner|pattern"
    r"|dashboard_body|schema_definition|content|query|query_string|select_statement|sql|execute|revert|statement"
    r"|as|body|certificate(?!_authority_arn).*|.*_pem|public_key|thumbprint_list|oidc|lifecycle|depends_on|provider|//"
    r"|provisioner|connection|expected_bucket_owner|filter_pattern|event_pattern|metric_name|namespace|dimensions|creator|cost_.*|event_types?)\Z"
)
# The resource that is configured, and what AWS accepts only of the same account: roles that are passed to a service
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html), load balancers, certificates.
_SUBJECT: Final = re.compile(
    r"(?:resource_arn|arn|table_bucket_arn|data_share_arn|registry_arn|cluster_arn|instance_arn|permission_set_arn"
    r"|secret_id|queue_url|policy_arn|policy_arns|managed_policy_arns?|permissions_boundary|web_acl_arn|certificate_arn|acm_.*"
    r"|(?:network_|gateway_)?load_balancer_arns?|target_group_arns?|role|roles|.*_role|.*_role_arn|role_arn|iam_roles"
    r"|default_iam_role_arn|instance_profile|.*_profile|service_linked_role_arn)\Z"
)
# `arn` is the target, not the resource.
_TARGET_ARN: Final = frozenset(
    {"aws_cloudwatch_event_target", "aws_lakeformation_resource", "aws_pipes_pipe", "aws_scheduler_schedule"}
)
_KEY: Final = re.compile(r"(?i)kms|encryption|(?:^|[._])key_(?:id|arn)\Z|cmk")
# Who may authenticate is the subject of trust policies.
_IDENTITY_PROVIDERS: Final = frozenset({"aws_iam_openid_connect_provider", "aws_iam_saml_provider"})
_CODE: Final = re.compile(
    r"(?i)(?<!de)script|jars?\b|py-?files|bootstrap_action|image|layers?\b|plugin|code|source_uri|libraries|wheel|requirements"
    r"|dags?\b|steps?\b|main_?class|archives|startup|user_data|entry_?point|jar\b|args"
)
# Types whose `s3_bucket` holds their code; elsewhere it receives exports and reports.
_CODE_TYPES: Final = re.compile(r"aws_(?:lambda_|synthetics_)")
_CODE_BUCKET: Final = re.compile(r"s3_bucket\Z|s3_key")
_ACCESS: Final = re.compile(
    r"(?i)principal|grant|shared|consumer|admin|owner|allowed|launch_permission|authorization|authorized|account"
    r"|permission|allowlist|trusted|security_group"
)
_ACCESS_TYPES: Final = re.compile(
    r"_grant|permission|_share|_ram_|authorization|principal|lakeformation_|endpoint_service|_acl\Z|_accepter\Z"
)
# Arguments that hold a bucket's name, or a host, without a form that shows it.
_BUCKET: Final = re.compile(r"(?:.*_)?(?:s3_)?bucket(?:_name)?\Z|(?:[A-Za-z0-9]*B|b)ucket(?:Name)?\Z|target_bucket\Z")
_ACCOUNT: Final = re.compile(
    r"(?i)account|owner|principal|master_id|consumer|user_?ids?|grantee|shared|trusted|catalog[_-]?id|registry|admin|peer|member"
    r"|producer|source|destination|target|recipient|group|allow_?list"
)
_HOST: Final = re.compile(
    r"(?i)(?:.*[_.-])?(?:host|hostname|ip_address|server|server_?name|servers|url|uri|endpoint|sfurl|hosts|brokers?|bootstrap_?brokers"
    r"|bootstrap_?servers|webhook|proxy|smtp|s?ftp)\Z"
)
# Names and addresses that queries are sent to, or answered with.
_DNS_HOSTS: Final = frozenset(
    {
        ("aws_route53_record", "records"),
        ("aws_route53_resolver_firewall_rule", "block_override_domain"),
        ("aws_route53_resolver_rule", "ip"),
        ("aws_route53_resolver_rule", "ipv6"),
        ("aws_vpc_dhcp_options", "domain_name"),
    }
)
# Arguments that a job, container or program interprets.
_FREE: Final = re.compile(
    r"(?i)(?:.*_)?(?:value|input|payload|args|arguments|command|entry_point_arguments|parameters|variables|environment)\Z"
)
_ROLE: Final = re.compile(r"(?i)role|profile|permissions_boundary|policy_arns?")
_SCRIPT: Final = re.compile(r"user_data(?:_base64)?|on_(?:start|create)|studio_lifecycle_config_content|content_base64")
_OBJECTS: Final = ("aws_s3_object", "aws_s3_bucket_object")
# Their body is an OpenAPI document, with the integrations that requests are sent to.
_APIS: Final = ("aws_api_gateway_rest_api", "aws_apigatewayv2_api")
# Objects that are data or documents; others are programs and their settings.
_DATA_FILES: Final = re.compile(
    r"(?i).*\.(?:csv|tsv|txt|md|rst|html?|css|svg|parquet|avro|orc|xml|geojson|jsonl|ndjson)"
)
_CONNECTION: Final = re.compile(r"(?:^|_)(?:connection|attachment|interface|endpoint|shared_directory)_id\Z")
_COPY_SOURCE: Final = re.compile(r"(?i)copy_?source")
_CONTAINERS: Final = ("aws_ecs_", "aws_batch_", "aws_sagemaker_")
_IMAGE: Final = re.compile(r"(?:.*_)?image(?:_?uri|_identifier)?\Z")
_SNOWFLAKE_ACCOUNTS: Final = re.compile(r"(?:account_identifier|accounts|allowed_accounts|as_replica_of|consumers?)\Z")
_PRINCIPALS: Final = re.compile(
    r"(?:principals?|principal_arn|allowed_principals|shared_accounts|user_ids|grantee|consumer_identifier|uri)\Z"
)
EVERYBODY: Final = re.compile(r"\*|all|public|ADX|.*/global/(?:AllUsers|AuthenticatedUsers)")
# Types whose `bucket` is the bucket that they configure.
_OWN_BUCKET: Final = re.compile(
    r"aws_s3_bucket.*|aws_s3_access_point|aws_s3_directory.*|aws_s3control_.*|aws_s3outposts.*"
)
# Arguments that are destinations in any resource: a value that only Terraform knows is not passed.
_STRONG_SINKS: Final = re.compile(
    r"destination_arn|log_destination(?:_arn)?|target_bucket|bucket_arn|destination_bucket_arn|grantee_principal"
    r"|shared_accounts|consumer_identifier|log_uri|script_location|image_uri|invocation_endpoint|s3_bucket_name"
    r"|output_location|trusted_resource_owners|peer_owner_id|admins|target_account_id|destination_vault_arn"
)
# Arguments that are destinations in these types: a value that only Terraform knows is not passed.
_SINKS: Final = re.compile(
    r"destination(?:_arn)?|log_destination|target_arn|target_bucket|bucket_arn|destination_bucket_arn|dead_letter_arn"
    r"|grantee_principal|principal|admins|account|account_id|shared_accounts|consumer_identifier|log_uri"
    r"|script_location|image_uri|topic_arn|queue_arn|lambda_function_arn|invocation_endpoint|endpoint|url"
    r"|s3_bucket_name|output_location|output_s3_path|trusted_resource_owners|peer_owner_id|catalog_id"
)
_SINK_TYPES: Final = re.compile(
    r"aws_(?:kms_grant|ram_.*|s3_bucket_(?:replication_configuration|logging|inventory|analytics_configuration"
    r"|notification)|cloudwatch_event_(?:target|api_destination)|cloudwatch_log_(?:subscription_filter|destination)"
    r"|kinesis_firehose_delivery_stream|sns_topic_subscription|lakeformation_(?:permissions|data_lake_settings)"
    r"|ami_launch_permission|db_snapshot|snapshot_create_volume_permission|redshift_(?:data_share|endpoint)_authorization"
    r"|vpc_endpoint_service_allowed_principal|lambda_permission|emr_cluster|glue_job|flow_log|cloudtrail)"
)


@cache
def is_ignored(kind: str, name: str) -> bool:
    """Whether an argument is a text without effect, or evaluated by other rules."""
    if (name == "content" and kind in _OBJECTS) or (name == "body" and kind in _APIS):
        return False
    return _IGNORED.match(name) is not None or kind in _IDENTITY_PROVIDERS


def ignored_content(kind: str, arguments: Mapping[str, Any]) -> frozenset[str]:
    """Arguments that hold the content of an object that is data, not a program."""
    if kind not in _OBJECTS:
        return frozenset()
    is_data = _DATA_FILES.fullmatch(str(arguments.get("key") or "")) is not None
    is_script = str(arguments.get("content") or "").startswith("#!")
    return frozenset({"content", "content_base64"}) if is_data and not is_script else frozenset()


@cache
def is_copy_source(kind: str, name: str) -> bool:
    """Whether an argument is the object that is copied: ``bucket/key``."""
    return _COPY_SOURCE.fullmatch(name.removesuffix(".$")) is not None or (kind, name) == (
        "aws_s3_object_copy",
        "source",
    )


@cache
def is_subject(kind: str, name: str, path: str) -> bool:
    """Whether an argument names the configured resource, events, or a resource that has to be of the same account."""
    if not kind.startswith("aws_") or (name == "arn" and kind in _TARGET_ARN):
        return False
    if name in ("arn", "queue_url", "resource_arn") and "." in path:
        return False  # what a block refers to: the queue of an action, a stream of an output, a data location
    return _SUBJECT.match(name) is not None or (kind.startswith("aws_cloudtrail") and "_selector" in path)


@cache
def holds_account(name: str) -> bool:
    """Whether 12 digits in an argument are an account, not a number of bytes."""
    return _ACCOUNT.search(name) is not None


@cache
def holds_bucket(kind: str, name: str) -> bool:
    """Whether an argument of a resource type is the name of another bucket."""
    if name == "bucket" and _OWN_BUCKET.fullmatch(kind):
        return False
    return _BUCKET.match(name) is not None


@cache
def holds_host(kind: str, name: str) -> bool:
    """Whether an argument is a host name."""
    return _HOST.match(name) is not None or (kind, name) in _DNS_HOSTS


@cache
def holds_image(kind: str, name: str, text: str) -> bool:
    """Whether an argument is a container image; `nginx` is one in definitions of containers only."""
    if _IMAGE.match(name) is None or text.startswith(("arn:", "http")):
        return False
    return "/" in text or ":" in text or kind.startswith(_CONTAINERS)


@cache
def holds_snowflake_account(kind: str, name: str) -> bool:
    """Whether an argument of a Snowflake resource is an account."""
    return kind.startswith("snowflake_") and _SNOWFLAKE_ACCOUNTS.match(name) is not None


@cache
def holds_connection(kind: str, name: str) -> bool:
    """Whether an argument is a connection that another account has requested."""
    return kind.endswith("_accepter") and _CONNECTION.search(name) is not None


@cache
def holds_script(name: str) -> bool:
    """Whether an argument is a script in base64."""
    return _SCRIPT.fullmatch(name) is not None


@cache
def is_free(kind: str, name: str, path: str) -> bool:
    """Whether the author of a configuration chooses what an argument means: maps, and arguments of programs."""
    maps = schema.load().maps.get(kind, ())
    return any(map(_FREE.match, (name, *path.split(".")))) or any(path.startswith(f"{one}.") for one in maps)


@cache
def is_role(name: str) -> bool:
    """Whether an argument that AWS accepts of the same account is a role or a policy, or has one."""
    return _ROLE.search(name) is not None


@cache
def holds_principal(kind: str, name: str) -> bool:
    """Whether an argument names who gets access."""
    return _PRINCIPALS.match(name) is not None or (kind == "aws_ami_launch_permission" and name == "group")


@cache
def is_sink(kind: str, name: str) -> bool:
    """Whether an argument is a destination whatever its value is."""
    if _STRONG_SINKS.fullmatch(name):
        return True
    return _SINK_TYPES.fullmatch(kind) is not None and _SINKS.fullmatch(name) is not None


@cache
def use_of(kind: str, path: str) -> Use:
    """What an argument does with its destination, by the type and the names on its path."""
    if _KEY.search(path) and kind != "aws_kms_grant":
        return Use.KEY
    if _CODE.search(path) or (_CODE_TYPES.match(kind) and _CODE_BUCKET.search(path)):
        return Use.CODE
    if kind == "aws_lakeformation_resource" or ".destination." in f".{path}.":
        return Use.DATA
    if _ACCESS.search(path) or _ACCESS_TYPES.search(kind):
        return Use.ACCESS
    return Use.DATA
