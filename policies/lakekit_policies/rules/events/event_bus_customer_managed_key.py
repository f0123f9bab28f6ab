from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class EventBusCustomerManagedKey(SettingsRule):
    id = "LK_EVB_2"
    title = "Event buses encrypt with a customer managed key"
    severity = "low"
    rationale = (
        "Events carry names of tables, objects and people. By default they are encrypted with a key of AWS, which "
        "cannot be restricted."
    )
    remedy = "Set `kms_key_identifier`."
    reference = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (Setting("aws_cloudwatch_event_bus", "kms_key_identifier", key=True),)


check = EventBusCustomerManagedKey()
