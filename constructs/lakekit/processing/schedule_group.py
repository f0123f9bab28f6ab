"""Schedule group, key and alarm shared by the scheduled jobs of a stack."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.monitoring import Alarm, Metric
from lakekit.naming import fit
from lakekit.storage import EncryptionKey


class ScheduleGroup(Construct):
    """Schedule group of a stack with a customer managed key; created with the first scheduled job.

    Args:
        scope: the stack.
        id: PascalCase id.

    Attributes:
        key: EncryptionKey of schedules, which contain the jobs' arguments.
        group: the `aws_scheduler_schedule_group`.
        dropped_alarm: Alarm on dropped invocations.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        names, stack = environment_of(self).names, stack_of(self).stack_name
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=f"{stack}-jobs",
            description=f"Encrypts schedules of {names.stack(stack)}",
            allow_direct_use=True,
        )
        # At most 64 characters (CreateScheduleGroup).
        self.group: Final = aws.scheduler_schedule_group.SchedulerScheduleGroup(
            self, "Group", name=fit(names.resource(stack), 64)
        )
        self.dropped_alarm: Final = Alarm(
            self,
            "StartsDropped",
            metric=Metric("AWS/Scheduler", "InvocationDroppedCount", {"ScheduleGroup": self.group.name}, "Sum"),
            threshold=0,
            description="A job was not started at its time, and no more tries follow: start it by hand, then look "
            "for a missing permission or an application that is gone",
        )

    @classmethod
    def of(cls, construct: Construct) -> ScheduleGroup:
        """Return the schedule group of the construct's stack; create it on first use."""
        stack = stack_of(construct)
        found = stack.node.try_find_child("Jobs")
        return found if isinstance(found, cls) else cls(stack, "Jobs")
