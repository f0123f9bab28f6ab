"""The Snowflake account itself: parameters, who may come in, and what it may cost in all."""

from __future__ import annotations

from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.snowflake.credit_monitor import CreditMonitor
from lakekit.snowflake.sql_execute import SqlExecute
from lakekit.snowflake.stack import Administrator, create_resource, snowflake_stack_of

PARAMETERS: Final = {
    # Data leaves only through integrations that somebody declared (Snowflake, "Preventing data exfiltration").
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_CREATION": "true",
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_OPERATION": "true",
    "PREVENT_UNLOAD_TO_INLINE_URL": "true",
    "PREVENT_LOAD_FROM_INLINE_URL": "true",
    # Administrative roles are no roles for applications that come by OAuth.
    "OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    "EXTERNAL_OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    # Grants to single users go around every role.
    "DISABLE_USER_PRIVILEGE_GRANTS": "true",
    # Two days (the default) of a forgotten cross join is what makes the bill; a warehouse may say less.
    "STATEMENT_TIMEOUT_IN_SECONDS": "14400",
    "TIMEZONE": "UTC",
}
_ENTERPRISE: Final = {
    # Keys older than a year are replaced under the data (Snowflake, "Periodic rekeying").
    "PERIODIC_DATA_REKEYING": "true",
}


class SnowflakeAccount(Construct):
    """The baseline of an account: parameters that keep data in, a network policy, and a monitor over all credits.

    The network policy is made in any case, since service users carry it; account-wide it is switched on where
    the environment owns the account. Snowflake refuses a policy that would lock out whoever sets it.

    Args:
        scope: where it stands.
        id: PascalCase id.

    Attributes:
        network_policy: the `snowflake_network_policy`.
        network_policy_name: its name, a literal.
        parameters: `snowflake_account_parameter` by key; empty where another environment owns the account.
        monitor: the account's CreditMonitor, or None likewise.

    Raises:
        ConstructError: the account's quota is smaller than the largest warehouse's, which could then never be used.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        settings, defaults = stack.settings, stack.environment.defaults
        self.network_policy_name: Final = stack.snowflake_names.identifier("office", kind="np")
        self.network_policy: Final[Any] = create_resource(
            self,
            "NetworkPolicy",
            snowflake.network_policy.NetworkPolicy,
            role=Administrator.SECURITY,
            name=self.network_policy_name,
            allowed_ip_list=sorted(settings.allowed_networks),
            comment=f"Who may reach the account of {stack.snowflake_names.prefix}",
        )
        self.parameters: Final[dict[str, Any]] = {}
        self.monitor: CreditMonitor | None = None
        if not settings.owns_account:
            return
        wanted = {**PARAMETERS, **(_ENTERPRISE if settings.edition.has_governance else {})}
        for key, value in wanted.items():
            id_ = "".join(word.capitalize() for word in key.split("_"))
            self.parameters[key] = self._parameter(id_, key, value)
        self.parameters["NETWORK_POLICY"] = self._parameter(
            "NetworkPolicyInForce", "NETWORK_POLICY", self.network_policy_name, after=self.network_policy
        )
        quotas = [one.monthly_credits or defaults.warehouse_credits for one in settings.workloads.values()]
        quota = settings.monthly_credits or sum(quotas)
        if quota < max(quotas):
            raise ConstructError(
                self,
                f"snowflake.monthly_credits {quota} is less than the {max(quotas)} of one of its warehouses",
                fix="raise it, or lower monthly_credits of the workload",
            )
        self.monitor = CreditMonitor(self, "Monitor", name_parts=("account",), monthly_credits=quota)
        # The provider can make a monitor and cannot give it to the account.
        name = self.monitor.name
        self.assignment: SqlExecute = SqlExecute(
            self,
            "MonitorInForce",
            execute=f"ALTER ACCOUNT SET RESOURCE_MONITOR = {name}",
            revert="ALTER ACCOUNT UNSET RESOURCE_MONITOR",
            probe=f"SHOW RESOURCE MONITORS LIKE '{name}'",
            role=Administrator.ACCOUNT,
            after=[self.monitor.resource],
        )

    def _parameter(self, id: str, key: str, value: str, after: Any = None) -> Any:
        return create_resource(
            self,
            id,
            snowflake.account_parameter.AccountParameter,
            role=Administrator.ACCOUNT,
            after=[after] if after is not None else [],
            key=key,
            value=value,
        )
