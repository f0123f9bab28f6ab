from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.terraform import hcl_expressions, plan_as_stack, stack_context
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

# Only ACCOUNTADMIN creates resource monitors (Snowflake, "CREATE RESOURCE MONITOR"), sets account parameters, and
# assigns a monitor to a warehouse (provider issue 3019), which happens in the statement that creates the warehouse.
ACCOUNTADMIN_TYPES = (
    "snowflake_account_parameter",
    "snowflake_resource_monitor",
    "snowflake_current_account",
    "snowflake_network_policy_attachment",
    "snowflake_warehouse",
)


def _requires_accountadmin(kind: str, block: Mapping[str, Any]) -> bool:
    return kind in ("snowflake_account_parameter", "snowflake_resource_monitor") or (
        kind == "snowflake_warehouse" and bool(block.get("resource_monitor"))
    )


class AccountadminRestricted(ConfigurationRule):
    id = "LK_SF_4"
    title = "ACCOUNTADMIN creates only objects that require it"
    severity = "high"
    rationale = (
        "Objects created by ACCOUNTADMIN are owned by it and can only be changed by it, so that more users need "
        "ACCOUNTADMIN."
    )
    remedy = (
        "Create objects as SYSADMIN, users and roles as USERADMIN, and grants as SECURITYADMIN (provider aliases of "
        "`SnowflakeStack`)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-considerations"
    pack = "snowflake"
    controls = {"nist": ["AC-6(5)"], "soc2": ["CC6.3"]}

    def problems(self, document: SynthesizedStack | PlanFile) -> Iterable[Problem]:
        if isinstance(document, SynthesizedStack):
            yield from self.stack_problems(document)
            return
        planned, addresses = plan_as_stack.convert_plan(document)
        variables = document.document.get("variables") or {}
        given = {f"var.{name}": one.get("value") for name, one in variables.items()}
        for problem in _problems(planned, given):
            yield replace(problem, address=addresses.get(problem.address, problem.address))
        for address, role in _roles(planned, given):
            if "${" in role:
                yield Problem(
                    address,
                    "role is not known before apply; whether ACCOUNTADMIN creates objects cannot be decided",
                    warning=not stack_context.current().at_least("staging"),
                )

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        return _problems(stack, stack.constants)


def _roles(stack: SynthesizedStack, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Address and role of each provider; an expression if only the plan, or apply, shows it."""
    for address, block in stack.providers("snowflake"):
        role = str(block.get("role") or "")
        given = values.get(hcl_expressions.whole(role) or "")
        yield address, (given if isinstance(given, str) else role).upper()


def _problems(stack: SynthesizedStack, values: Mapping[str, Any]) -> Iterator[Problem]:
    roles = {}
    for (address, block), (_, role) in zip(stack.providers("snowflake"), _roles(stack, values), strict=True):
        alias = str(block.get("alias") or "")
        roles[f"snowflake.{alias}" if alias else "snowflake"] = role
        if not role:
            yield Problem(address, "role is not set; the user's default role is used")
        if not alias and role == "ACCOUNTADMIN":
            yield Problem(address, "ACCOUNTADMIN is the role of the default provider")
    for resource in stack.resources():
        if not resource.kind.startswith("snowflake_"):
            continue
        role = roles.get(str(resource.body.get("provider") or "snowflake"), "")
        if "${" in role:
            continue
        if role != "ACCOUNTADMIN":
            if _requires_accountadmin(resource.kind, resource.body):
                yield Problem(resource.address, f"created by {role or 'no role'}; ACCOUNTADMIN is required")
            continue
        if resource.kind in ACCOUNTADMIN_TYPES:
            continue
        statement = str(resource.body.get("execute", "")).upper()
        if resource.kind == "snowflake_execute" and statement.startswith("${"):
            yield Problem(resource.address, "created by ACCOUNTADMIN; whether the SQL requires it is not known yet")
        elif resource.kind != "snowflake_execute" or not statement.startswith("ALTER ACCOUNT "):
            yield Problem(resource.address, "created by ACCOUNTADMIN; use a lower role")


check = AccountadminRestricted()
