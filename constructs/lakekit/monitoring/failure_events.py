"""Notifications for failures that AWS reports as events and not as metrics."""

from __future__ import annotations

import json
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.iam import ServiceRole, statement
from lakekit.monitoring.alarm import TOPIC_NAME, alarm_topic_arn
from lakekit.monitoring.metrics import Metric
from lakekit.monitoring.widget import add_widget
from lakekit.storage.encryption_key import key_usage_statement

_JOB: Final = "Glue Job State Change"
_CRAWLER: Final = "Glue Crawler State Change"


class FailureEvents(Construct):
    """Notify the alarm topic of failed Glue jobs and crawlers of the stack.

    Glue has no metric for failed runs: its metrics come from a running driver and are missing when the driver fails or
    does not start. It emits events (Glue developer guide, "Automating with EventBridge events"); one rule for each
    stack matches those of its jobs and crawlers. The rule publishes with a role, since policies of topics and keys
    cannot restrict the source account of EventBridge. A widget shows the number of notifications.

    Args:
        scope: the stack.
        id: PascalCase id.

    Attributes:
        name: physical name of the rule, a literal.
        role: the ServiceRole of the rule.
        rule: the `aws_cloudwatch_event_rule`.
        target: the `aws_cloudwatch_event_target`.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        names, stack = environment_of(self).names, stack_of(self).stack_name
        self._jobs: list[str] = []
        self._crawlers: list[str] = []
        self.name: Final = names.resource(stack, "failures")
        topic = alarm_topic_arn(names)
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="events",
            description=f"EventBridge tells the alarm topic of failures in {stack} with it",
            name=f"{stack}-failures",
        )
        self.role.allow(statement("Publish", ["sns:Publish"], [topic]))
        key = names.key_alias(TOPIC_NAME)
        self.role.allow(key_usage_statement(self, key, ["kms:Decrypt", "kms:GenerateDataKey"], sid="UseKey", via="sns"))
        self.rule: Final = aws.cloudwatch_event_rule.CloudwatchEventRule(
            self,
            "Rule",
            name=self.name,
            description=f"Failed Glue jobs and crawlers of {stack}, for whoever is on call",
            state="ENABLED",
            event_pattern=self._pattern(),
        )
        transformer = aws.cloudwatch_event_target.CloudwatchEventTargetInputTransformer
        self.target: Final = aws.cloudwatch_event_target.CloudwatchEventTarget(
            self,
            "Target",
            rule=self.rule.name,
            arn=topic,
            role_arn=self.role.arn,
            target_id="alarms",
            input_transformer=transformer(
                input_paths={
                    "crawler": "$.detail.crawlerName",
                    "job": "$.detail.jobName",
                    "run": "$.detail.jobRunId",
                    "state": "$.detail.state",
                    "said": "$.detail.message",
                    "error": "$.detail.errorMessage",
                },
                # Missing fields of an event are empty. SNS uses the JSON string as the message.
                input_template='"Glue <job><crawler> in '
                + stack_of(self).node.id
                + ' has ended as <state>: <said><error> (run <run>). Its error log says more."',
            ),
            depends_on=[self.role.resource],
        )
        runs = Metric("AWS/Events", "TriggeredRules", {"RuleName": self.name}, "Sum", 300, "failures")
        add_widget(self, f"Glue in {stack}: failures told", [runs])

    @classmethod
    def of(cls, construct: Construct) -> FailureEvents:
        """Return the one instance of the stack; created on first use."""
        stack = stack_of(construct)
        found = stack.node.try_find_child("Failures")
        return found if isinstance(found, cls) else cls(stack, "Failures")

    def add_job(self, name: str) -> None:
        """Notify of runs of a Glue job that fail or time out."""
        self._jobs.append(name)
        self.rule.event_pattern = self._pattern()

    def add_crawler(self, name: str) -> None:
        """Notify of failed runs of a crawler."""
        self._crawlers.append(name)
        self.rule.event_pattern = self._pattern()

    def _pattern(self) -> str:
        jobs = {"jobName": self._jobs, "state": ["ERROR", "FAILED", "TIMEOUT"]}
        crawlers = {"crawlerName": self._crawlers, "state": ["Failed"]}
        details_by_type = {}
        if self._jobs or not self._crawlers:
            details_by_type[_JOB] = jobs
        if self._crawlers:
            details_by_type[_CRAWLER] = crawlers
        details = list(details_by_type.values())
        return json.dumps(
            {
                "source": ["aws.glue"],
                "account": [environment_of(self).account_id],
                "detail-type": list(details_by_type),
                "detail": details[0] if len(details) == 1 else {"$or": details},
            }
        )
