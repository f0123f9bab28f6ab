"""Base of the rules that compare destinations with the trust boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies import sql
from lakekit_policies.boundary import Membership, current_boundary, references
from lakekit_policies.destinations import Destination, Kind, destinations, membership
from lakekit_policies.destinations.own_hosts import own_hosts
from lakekit_policies.destinations.shapes import in_text
from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.declarations import Declaration, Declarations
from lakekit_policies.terraform.dynamic_blocks import UNKNOWN

# Arguments that another rule compares with the same boundary in every tier, unknown destinations included.
_INTEGRATIONS: Final = (
    "allowed_recipients",
    "api_allowed_prefixes",
    "api_aws_role_arn",
    "aws_sns_role_arn",
    "aws_sns_topic_arn",
    "aws_sqs_arn",
    "aws_sqs_role_arn",
    "oauth_authorization_endpoint",
    "oauth_token_endpoint",
    "origin",
    "url_of_proxy_and_resource",
)
_OTHER_RULES: Final = {
    "aws_athena_prepared_statement": ("query_statement",),  # LK_ATHENA_22
    "aws_pipes_pipe": ("target_parameters.redshift_data_parameters.sqls",),  # LK_ATHENA_22
    "snowflake_api_integration": _INTEGRATIONS,  # LK_SF_38
    "snowflake_database": ("replication.enable_to_account.account_identifier",),  # LK_SF_37
    "snowflake_email_notification_integration": _INTEGRATIONS,  # LK_SF_38
    "snowflake_external_function": _INTEGRATIONS,  # LK_SF_38
    "snowflake_failover_group": ("allowed_accounts",),  # LK_SF_37
    "snowflake_git_repository": _INTEGRATIONS,  # LK_SF_38
    "snowflake_external_volume": ("storage_location.storage_base_url",),  # LK_SF_23
    "snowflake_network_rule": ("value_list",),  # LK_SF_33
    "snowflake_notification_integration": _INTEGRATIONS,  # LK_SF_38
    "snowflake_storage_integration": ("storage_allowed_locations", "storage_blocked_locations"),  # LK_SF_19
    "snowflake_share": ("accounts",),  # LK_SF_36
    "snowflake_stage": ("url",),  # LK_SF_20
}
# Scripts whose COPY statements other rules reject at severity high or critical if they name a URL: LK_SF_39, LK_SF_40.
_SCRIPTS: Final = {
    ("snowflake_alert", "action"),
    ("snowflake_procedure_sql", "procedure_definition"),
    ("snowflake_task", "sql_statement"),
}


class DestinationRule(DeclarationRule):
    """Report the destinations of one use that are not inside the trust boundary.

    A destination outside is a finding. An unknown one is a finding in staging and prod, and a warning elsewhere; values
    that are not known at synth are evaluated in the plan.
    """

    rejects_unknown = True
    """Whether a destination that is not known to be inside is a finding in staging and prod."""
    reports_unknown = True
    """Whether a destination that is not known to be inside is reported."""
    is_certain = True
    """Whether the rule concerns values that are destinations; False for those that only look like one."""

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        strict = stack_context.current().at_least("staging")
        for resource, destination in _all(declared):
            concerned = destination.is_certain is self.is_certain and self.concerns(destination)
            if concerned and not _has_other_rule(resource, destination):
                found = _membership(destination, resource, declared)
                if found is Membership.OUTSIDE:
                    yield Problem(resource.address, f"{_text(destination)} is outside of the trust boundary")
                elif found is Membership.UNKNOWN and self.reports_unknown:
                    message = f"{_text(destination)} is not known to be inside of the trust boundary"
                    if destination.value == UNKNOWN:
                        message = f"not known yet: {resource.address}.{destination.path}"
                    yield Problem(resource.address, message, warning=not (strict and self.rejects_unknown))

    def concerns(self, destination: Destination) -> bool:
        """Whether a destination is a subject of this rule."""
        raise NotImplementedError


_last: tuple[Declarations, list[tuple[Declaration, Destination]]] | None = None


def _all(declared: Declarations) -> list[tuple[Declaration, Destination]]:
    """Destinations of all resources, cached for the rules that evaluate the same document in sequence."""
    global _last  # noqa: PLW0603
    if _last is None or _last[0] is not declared:
        managed = [one for one in declared.resources if one.mode == "managed"]
        # An endpoint of a provider receives every request of its service.
        managed += [
            Declaration(address, "managed", "provider", {"endpoints": settings["endpoints"]})
            for address, settings in declared.provider_settings
            if settings.get("endpoints")
        ]
        _last = declared, [(resource, found) for resource in managed for found in destinations(resource)]
    return _last[1]


def _has_other_rule(resource: Declaration, destination: Destination) -> bool:
    """Whether another rule reports the destination; expressions are followed by the rules on destinations only."""
    if destination.kind is Kind.EXPRESSION:
        return False
    if (resource.type, destination.path) in _SCRIPTS:
        urls = sql.copied_urls(str(resource.arguments.get(destination.path)))
        return any(destination.value in url for url in urls)
    return destination.path in _OTHER_RULES.get(resource.type, ())


def _text(destination: Destination) -> str:
    if destination.kind is Kind.EVERYBODY:
        return f"{destination.path}: everybody ({destination.value})"
    return f"{destination.path}: {destination.kind} {destination.value}"


def _membership(destination: Destination, resource: Declaration, declared: Declarations) -> Membership:
    boundary, metadata = current_boundary(), stack_context.current()
    if destination.kind is not Kind.EXPRESSION:
        found = membership(destination, boundary, metadata)
        if destination.kind is Kind.HOST and found is Membership.UNKNOWN:
            return Membership.INSIDE if destination.value in own_hosts(declared.computed, boundary) else found
        if destination.kind is Kind.EVERYBODY and _limits_to_organization(resource):
            return Membership.INSIDE
        return found
    if declared.references is None:
        return Membership.INSIDE  # evaluated in the plan
    origins = declared.references.origins(destination.references, resource.address)
    parts = [references.membership("${" + _local(one) + "}") for one in origins.resources]
    parts += [Membership.UNKNOWN for _ in origins.unknown]
    for constant in _texts(origins.constants):
        for kind, value in in_text(constant):
            named = Destination(kind, value, destination.path, destination.use)
            parts.append(membership(named, boundary, metadata))
    return Membership.all_of(parts) if parts else Membership.UNKNOWN


def _limits_to_organization(resource: Declaration) -> bool:
    """Whether access for everybody is limited to an organization inside the boundary."""
    condition = resource.arguments.get("condition")
    blocks = condition if isinstance(condition, list) else [condition]
    stated = [resource.arguments.get("principal_org_id"), resource.arguments.get("organization_id")]
    stated += [block.get("value") for block in blocks if isinstance(block, dict)]
    return any(isinstance(one, str) and current_boundary().contains_organization(one).is_inside for one in stated)


def _local(reference: str) -> str:
    """A reference without the modules it is in."""
    steps = reference.split(".")
    while len(steps) > 2 and steps[0] == "module":
        steps = steps[2:]
    return ".".join(steps)


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _texts(value.values())
        elif isinstance(value, list):
            yield from _texts(value)
