"""Failures that AWS tells as events and never as a metric."""

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
    """Tells the environment's alarm topic when a Glue job or crawler of the stack has failed.

    Glue has no metric for a run that fails: its metrics come from a driver that lives, and are silent when it dies
    or never starts. It has events (Glue developer guide, "Automating with EventBridge events"), of which one rule of
    the stack takes those of its own jobs and crawlers. It publishes as a role, since neither the topic nor its key
    can ask EventBridge on whose behalf it comes. How often it did so is on the dashboards.

    Args:
        scope: the stack.
        id: PascalCase id.

    Attributes:
        name: the rule's name, a literal.
        role: the ServiceRole it publishes as.
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
                # What an event does not have is empty. A string of JSON: SNS takes it as the message.
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
        """The one of the construct's stack, made on first use."""
        stack = stack_of(construct)
        found = stack.node.try_find_child("Failures")
        return found if isinstance(found, cls) else cls(stack, "Failures")

    def add_job(self, name: str) -> None:
        """Tell of runs of a Glue job that fail or take too long."""
        self._jobs.append(name)
        self.rule.event_pattern = self._pattern()

    def add_crawler(self, name: str) -> None:
        """Tell of a crawler that fails."""
        self._crawlers.append(name)
        self.rule.event_pattern = self._pattern()

    def _pattern(self) -> str:
        jobs = {"jobName": self._jobs, "state": ["ERROR", "FAILED", "TIMEOUT"]}
        crawlers = {"crawlerName": self._crawlers, "state": ["Failed"]}
        told = {}
        if self._jobs or not self._crawlers:
            told[_JOB] = jobs
        if self._crawlers:
            told[_CRAWLER] = crawlers
        details = list(told.values())
        return json.dumps(
            {
                "source": ["aws.glue"],
                "account": [environment_of(self).account_id],
                "detail-type": list(told),
                "detail": details[0] if len(details) == 1 else {"$or": details},
            }
        )
