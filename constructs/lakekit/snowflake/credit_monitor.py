"""Resource monitors with a monthly credit quota."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.resources import create_resource, snowflake_stack_of

# Notify at 50 and 80 %, while there is time to react; at the quota running statements may finish, at 110 % they are
# cancelled.
NOTIFY_AT: Final = (50, 80)
SUSPEND_AT: Final = 100
CUT_OFF_AT: Final = 110


class CreditMonitor(Construct):
    """A resource monitor that notifies at 50 and 80 %, suspends at 100 % and cuts off at 110 % of a monthly quota.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        name: kebab-case name.
        monthly_credits: the quota; reset on the first of a month.

    Attributes:
        name: the name in Snowflake, a literal.
        monthly_credits: the quota.
        resource: the `snowflake_resource_monitor`.

    Raises:
        ConstructError: the quota is below 1.
    """

    def __init__(self, scope: Construct, id: str, *, name: str, monthly_credits: int) -> None:
        super().__init__(scope, id)
        if monthly_credits < 1:
            raise ConstructError(
                self, f"monthly_credits {monthly_credits} is less than 1", fix="set a quota of at least 1 credit"
            )
        self.name: Final = snowflake_stack_of(self).snowflake_names.monitor(name)
        self.monthly_credits: Final = monthly_credits
        # Without frequency and start, a monitor counts from the first of the month and its configuration does not
        # depend on its creation time: the second plan is empty.
        self.resource: Final = create_resource(
            self,
            "Monitor",
            snowflake.resource_monitor.ResourceMonitor,
            role=Administrator.ACCOUNT,
            name=self.name,
            credit_quota=monthly_credits,
            notify_triggers=list(NOTIFY_AT),
            suspend_trigger=SUSPEND_AT,
            suspend_immediate_trigger=CUT_OFF_AT,
        )
