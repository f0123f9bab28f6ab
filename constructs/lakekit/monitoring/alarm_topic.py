"""The SNS topic for the alarms of an environment."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import Subscription
from lakekit.iam import Grantee, document, resolve_grantee, statement
from lakekit.monitoring.alarm import TOPIC_NAME, alarm_topic_arn
from lakekit.storage.encryption_key import EncryptionKey, key_usage_statement

# Services that publish to the topic.
_PUBLISHERS: Final = ("cloudwatch", "budgets")


class AlarmTopicReference(Construct):
    """The alarm topic of the environment, which another stack creates; `AlarmTopic.from_environment` returns one.

    Args:
        scope: parent of the reference.
        id: PascalCase id.

    Attributes:
        arn: ARN of the topic, a literal.
        key_alias: alias of the key that encrypts it, a literal.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.arn: Final = alarm_topic_arn(names)
        self.key_alias: Final = names.key_alias(TOPIC_NAME)

    def grant_publish(self, grantee: Grantee) -> None:
        """Grant a role to publish encrypted messages to the topic."""
        role = resolve_grantee(self, grantee)
        role.allow(statement("PublishAlarms", ["sns:Publish"], [self.arn]))
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        role.allow(key_usage_statement(self, self.key_alias, actions, sid="AlarmTopicKey", via="sns"))


class AlarmTopic(Construct):
    """An encrypted SNS topic for alarms and budgets of this account, with subscriptions.

    CloudWatch and AWS Budgets may publish to it, only on behalf of this account, and use its key: without that
    statement of the key policy alarms change their state but notifications fail (SNS developer guide, "Enable
    compatibility between event sources from AWS services and encrypted topics").

    Args:
        scope: parent construct.
        id: PascalCase id.
        subscriptions: the subscriptions; `operations.subscriptions` of the environment by default.

    Attributes:
        key: the EncryptionKey.
        arn: ARN of the topic, a literal.
        resource: the `aws_sns_topic`.
        policy: the `aws_sns_topic_policy`.
        subscriptions: the `aws_sns_topic_subscription`s.
    """

    def __init__(self, scope: Construct, id: str, *, subscriptions: tuple[Subscription, ...] | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.arn: Final = alarm_topic_arn(names)
        self.key: Final = EncryptionKey(
            self, "Key", name=TOPIC_NAME, description=f"Encrypts what alarms of {names.prefix} say"
        )
        own_account = {"StringEquals": {"aws:SourceAccount": environment.account_id}}
        sources = {
            "cloudwatch": names.arn("cloudwatch", "alarm:*"),
            "budgets": f"arn:{names.partition}:budgets::{environment.account_id}:*",
        }
        for service in _PUBLISHERS:
            self.key.allow(
                statement(
                    f"Ring{service.capitalize()}",
                    ["kms:Decrypt", "kms:GenerateDataKey*"],
                    ["*"],
                    principals={"Service": f"{service}.amazonaws.com"},
                    conditions=own_account,
                )
            )
        self.resource: Final = aws.sns_topic.SnsTopic(
            self,
            "Topic",
            name=names.resource(TOPIC_NAME),
            display_name=f"Alarms of {names.prefix}",
            kms_master_key_id=self.key.arn,
            # SHA-256 signatures of messages; version 1 is SHA-1.
            signature_version=2,
        )
        statements = [
            statement(
                f"Ring{service.capitalize()}",
                ["sns:Publish"],
                [self.arn],
                principals={"Service": f"{service}.amazonaws.com"},
                conditions={**own_account, "ArnLike": {"aws:SourceArn": sources[service]}},
            )
            for service in _PUBLISHERS
        ]
        plain = statement(
            "DenyPlainHttp",
            ["sns:Publish"],
            [self.arn],
            effect="Deny",
            principals="*",
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
        self.policy: Final = aws.sns_topic_policy.SnsTopicPolicy(
            self, "Policy", arn=self.resource.arn, policy=document([*statements, plain])
        )
        wanted = environment.operations.subscriptions if subscriptions is None else subscriptions
        self.subscriptions: Final = [
            aws.sns_topic_subscription.SnsTopicSubscription(
                self,
                f"To{number}",
                topic_arn=self.resource.arn,
                protocol=subscription.protocol,
                endpoint=subscription.endpoint,
            )
            for number, subscription in enumerate(wanted, start=1)
        ]

    @classmethod
    def from_environment(cls, scope: Construct, id: str) -> AlarmTopicReference:
        """Refer to the alarm topic of the environment, which another stack creates."""
        return AlarmTopicReference(scope, id)
