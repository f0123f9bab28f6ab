"""Resource monitors: credits have an end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.snowflake.stack import Administrator, create_resource, snowflake_stack_of

# Told at half and at four fifths, while something can still be done; the warehouse finishes what runs at the quota,
# and is cut off a tenth above it.
NOTIFY_AT: Final = (50, 80)
SUSPEND_AT: Final = 100
CUT_OFF_AT: Final = 110


class CreditMonitor(Construct):
    """A resource monitor that notifies at 50 and 80 %, suspends at 100 % and cuts off at 110 % of a monthly quota.

    Args:
        scope: where it stands.
        id: PascalCase id.
        name_parts: the parts of its name.
        monthly_credits: the quota; it starts again on the first of a month.

    Attributes:
        name: its name, a literal.
        monthly_credits: the quota.
        resource: the `snowflake_resource_monitor`.

    Raises:
        ConstructError: the quota is below 1.
    """

    def __init__(self, scope: Construct, id: str, *, name_parts: Sequence[str], monthly_credits: int) -> None:
        super().__init__(scope, id)
        if monthly_credits < 1:
            raise ConstructError(self, f"monthly_credits {monthly_credits} is less than 1")
        self.name: Final = snowflake_stack_of(self).snowflake_names.monitor(*name_parts)
        self.monthly_credits: Final = monthly_credits
        # Without frequency and start a monitor counts from the first of the month, and so says nothing about when
        # it was made: the second plan is empty.
        self.resource: Final[Any] = create_resource(
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
