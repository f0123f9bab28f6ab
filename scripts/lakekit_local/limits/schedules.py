"""Schedule expressions.

Sources: Amazon EventBridge user guide, "Setting a schedule pattern for scheduled rules" (``cron`` with six fields,
``rate`` with a singular unit for 1); EventBridge Scheduler user guide, "Schedule types" (``at`` as well); AWS Glue
developer guide, "Time-based schedules for jobs and crawlers" (``cron`` only); "Amazon EventBridge quotas" (5 targets of
a rule); EventBridge Scheduler API reference, "CreateSchedule" (time zone of the IANA database, group that exists).
"""

from __future__ import annotations

import re
import zoneinfo
from functools import cache
from typing import Final

from dateutil.zoneinfo import get_zonefile_instance
from moto.events.models import events_backends
from moto.scheduler.models import scheduler_backends

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

MAX_TARGETS: Final = 5
_CRON: Final = re.compile(r"cron\(\s*\S+(?:\s+\S+){5}\s*\)")
_RATE: Final = re.compile(r"rate\(\s*(?:1\s+(?:minute|hour|day)|(?!1\s)[1-9]\d*\s+(?:minutes|hours|days))\s*\)")
_SCHEDULER_RATE: Final = re.compile(r"rate\(\s*[1-9]\d*\s+(?:minute|hour|day)s?\s*\)")
_AT: Final = re.compile(r"at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\)")


@limits("events", "PutRule")
def rule(call: Call) -> None:
    """The schedule of a rule."""
    text = str(call.get("ScheduleExpression") or "")
    if text and not (_CRON.fullmatch(text) or _RATE.fullmatch(text)):
        raise ServiceError("ValidationException", "Parameter ScheduleExpression is not valid.", 400)


@limits("events", "PutTargets")
def targets(call: Call) -> None:
    """The number of targets of a rule."""
    bus = events_backends[call.account][call.region].event_buses.get(str(call.get("EventBusName") or "default"))
    known = bus.rules.get(str(call["Rule"])) if bus else None
    ids = {str(one["Id"]) for one in (*(known.targets if known else ()), *call["Targets"])}
    if len(ids) > MAX_TARGETS:
        raise ServiceError(
            "LimitExceededException", f"The requested resource exceeds the maximum number {MAX_TARGETS}."
        )


@limits("scheduler", "CreateSchedule", "UpdateSchedule")
def schedule(call: Call) -> None:
    """The expression and the time window of a schedule."""
    text = str(call["ScheduleExpression"])
    if not (_CRON.fullmatch(text) or _SCHEDULER_RATE.fullmatch(text) or _AT.fullmatch(text)):
        raise ServiceError("ValidationException", f"Invalid Schedule Expression {text}.", 400)
    window = call["FlexibleTimeWindow"]
    if window.get("Mode") == "FLEXIBLE" and not window.get("MaximumWindowInMinutes"):
        text = "FlexibleTimeWindow.MaximumWindowInMinutes must be set for the mode FLEXIBLE."
        raise ServiceError("ValidationException", text, 400)
    zone = call.get("ScheduleExpressionTimezone")
    if zone and zone not in _time_zones():
        raise ServiceError("ValidationException", f"Invalid ScheduleExpressionTimezone {zone}.", 400)


@limits("scheduler", "CreateSchedule", "UpdateSchedule", "GetSchedule", "DeleteSchedule")
def schedule_group(call: Call) -> None:
    """The group of a schedule."""
    group = str(call.get("GroupName") or "default")
    if group not in scheduler_backends[call.account][call.region].schedule_groups:
        raise ServiceError("ResourceNotFoundException", f"Schedule group {group} does not exist.", 404)


@limits("glue", "CreateCrawler", "UpdateCrawler", "CreateTrigger")
def crawler(call: Call) -> None:
    """The schedule of a crawler or trigger."""
    text = str(call.get("Schedule") or "")
    if text and not _CRON.fullmatch(text):
        raise ServiceError("InvalidInputException", f"Invalid schedule expression: {text}", 400)


@cache
def _time_zones() -> frozenset[str]:
    """The names of the IANA time zone database: those of this machine, and those that dateutil brings."""
    return frozenset({*zoneinfo.available_timezones(), *get_zonefile_instance().zones})
