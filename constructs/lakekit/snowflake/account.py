"""Account-wide settings of Snowflake: parameters, network policy and credit quota."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.credit_monitor import CreditMonitor
from lakekit.snowflake.resources import create_resource, snowflake_stack_of
from lakekit.snowflake.sql_execute import SqlExecute

PARAMETERS: Final = {
    # Data is unloaded only through declared integrations (Snowflake, "Preventing data exfiltration").
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_CREATION": "true",
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_OPERATION": "true",
    "PREVENT_UNLOAD_TO_INLINE_URL": "true",
    "PREVENT_LOAD_FROM_INLINE_URL": "true",
    # OAuth clients cannot use administrative roles.
    "OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    "EXTERNAL_OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    # Privileges granted to single users bypass the roles.
    "DISABLE_USER_PRIVILEGE_GRANTS": "true",
    # The default of two days is expensive for a forgotten cross join; warehouses may set less.
    "STATEMENT_TIMEOUT_IN_SECONDS": "14400",
    "TIMEZONE": "UTC",
}
_ENTERPRISE: Final = {
    # Data with keys older than a year is re-encrypted (Snowflake, "Periodic rekeying").
    "PERIODIC_DATA_REKEYING": "true",
}


class SnowflakeAccount(Construct):
    """The baseline of an account: parameters against data exfiltration, a network policy, and a credit quota.

    The network policy is always created, since service users have it; it applies to the whole account if the
    environment owns the account. Snowflake rejects a policy that would lock out the user who sets it.

    Args:
        scope: the parent construct.
        id: PascalCase id.

    Attributes:
        network_policy: the `snowflake_network_policy`.
        network_policy_name: its name, a literal.
        parameters: `snowflake_account_parameter` by key; empty if another environment owns the account.
        monitor: the account's CreditMonitor; None if another environment owns the account.
        assignment: the SqlExecute that assigns the monitor to the account.

    Raises:
        ConstructError: the account's quota is smaller than the largest quota of a warehouse.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        settings, defaults = stack.settings, stack.environment.defaults
        self.network_policy_name: Final = stack.snowflake_names.identifier("office", kind="np")
        self.network_policy: Final = create_resource(
            self,
            "NetworkPolicy",
            snowflake.network_policy.NetworkPolicy,
            role=Administrator.SECURITY,
            name=self.network_policy_name,
            allowed_ip_list=sorted(settings.allowed_networks),
            comment=f"Who may reach the account of {stack.snowflake_names.prefix}",
        )
        self.parameters: Final[dict[str, snowflake.account_parameter.AccountParameter]] = {}
        self.monitor: CreditMonitor | None = None
        if not settings.owns_account:
            return
        parameters = {**PARAMETERS, **(_ENTERPRISE if settings.edition.has_governance else {})}
        for key, value in parameters.items():
            id_ = "".join(part.capitalize() for part in key.split("_"))
            self.parameters[key] = self._parameter(id_, key, value)
        self.parameters["NETWORK_POLICY"] = self._parameter(
            "NetworkPolicyInForce", "NETWORK_POLICY", self.network_policy_name, [self.network_policy]
        )
        quotas = [one.monthly_credits or defaults.warehouse_credits for one in settings.workloads.values()]
        quota = settings.monthly_credits or sum(quotas)
        if quota < max(quotas):
            raise ConstructError(
                self,
                f"snowflake.monthly_credits {quota} is less than the {max(quotas)} of one of its warehouses",
                fix="raise it, or lower monthly_credits of the workload",
            )
        self.monitor = CreditMonitor(self, "Monitor", name="account", monthly_credits=quota)
        # The provider creates monitors, but cannot assign one to the account.
        name = self.monitor.name
        self.assignment: SqlExecute = SqlExecute(
            self,
            "MonitorInForce",
            execute=f"ALTER ACCOUNT SET RESOURCE_MONITOR = {name}",
            revert="ALTER ACCOUNT UNSET RESOURCE_MONITOR",
            probe=f"SHOW RESOURCE MONITORS LIKE '{name}'",
            role=Administrator.ACCOUNT,
            depends_on=[self.monitor.resource],
        )

    def _parameter(
        self, id: str, key: str, value: str, depends_on: Sequence[Construct] = ()
    ) -> snowflake.account_parameter.AccountParameter:
        return create_resource(
            self,
            id,
            snowflake.account_parameter.AccountParameter,
            role=Administrator.ACCOUNT,
            depends_on=depends_on,
            key=key,
            value=value,
        )
