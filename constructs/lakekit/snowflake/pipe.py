"""Snowpipe: load new files of a zone on S3 notifications."""

from __future__ import annotations

import json
from typing import Final

from lakekit.bindings import Construct, aws, snowflake
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole, document, statement
from lakekit.naming import slug
from lakekit.snowflake.database import stateful_lifecycle
from lakekit.snowflake.iam_role import PRINCIPAL_ARN_PATTERN, add_precondition, local_reference
from lakekit.snowflake.names import quoted
from lakekit.snowflake.resources import create_resource
from lakekit.snowflake.schema import SnowflakeSchema
from lakekit.snowflake.stages import Format, Stage
from lakekit.storage import EncryptionKey, ZoneLike, resolve_zone
from lakekit.storage.encryption_key import key_usage_statement


class S3EventTopic(Construct):
    """An encrypted SNS topic with the object-created events of a zone, to which Snowflake subscribes.

    A bucket has one notification configuration, and that of a zone sends all events to EventBridge. A rule forwards
    created objects to this topic; Snowflake subscribes its queue when the first pipe names the topic (Snowflake,
    "Automating Snowpipe for Amazon S3", option 3). Otherwise Snowpipe would need the bucket's notification
    configuration.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        zone: the zone: a construct, a reference or a name.

    Attributes:
        arn: the topic's ARN, a literal.
        topic: the `aws_sns_topic`.
        policy: the `aws_sns_topic_policy`; pipes depend on it.
        rule: the `aws_cloudwatch_event_rule`.
        key: the EncryptionKey.
        target: the `aws_cloudwatch_event_target`.
        publisher: the role that the rule publishes with.
    """

    def __init__(self, scope: Construct, id: str, *, zone: ZoneLike) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        reference = resolve_zone(self, zone)
        zone = reference.name
        name = names.resource("snowpipe", zone)
        self.arn: Final = names.arn("sns", name)
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=f"snowpipe-{zone}",
            description=f"Encrypts notifications of zone {zone} of {names.prefix}",
        )
        # As a service principal EventBridge would need unconditional access: neither the topic policy nor the key
        # policy may have a condition on the source (EventBridge user guide, "Amazon SNS permissions"; SNS developer
        # guide, "Key management"). As a role it is limited by the role's trust policy.
        self.publisher: Final = ServiceRole(
            self,
            "Publisher",
            service="events",
            description=f"EventBridge tells Snowpipe of new objects of zone {zone} with it",
            name=f"snowpipe-{zone}",
        )
        self.publisher.allow(statement("Publish", ["sns:Publish"], [self.arn]))
        self.publisher.allow(
            key_usage_statement(self, self.key.alias, ["kms:Decrypt", "kms:GenerateDataKey"], sid="UseKey", via="sns")
        )
        self.topic: Final = aws.sns_topic.SnsTopic(self, "Topic", name=name, kms_master_key_id=self.key.arn)
        # The policy document that Snowflake returns has one statement, which names the subscribing user.
        offered = create_resource(
            self,
            "Subscriber",
            snowflake.data_snowflake_system_get_aws_sns_iam_policy.DataSnowflakeSystemGetAwsSnsIamPolicy,
            aws_sns_topic_arn=self.arn,
        )
        at = f"data.snowflake_system_get_aws_sns_iam_policy.{offered.friendly_unique_id}.aws_sns_topic_policy_json"
        subscriber = local_reference(self, "SubscriberArn", "${jsondecode(" + at + ").Statement[0].Principal.AWS}")
        self.policy: Final = aws.sns_topic_policy.SnsTopicPolicy(
            self,
            "Policy",
            arn=self.topic.arn,
            policy=document(
                [
                    statement(
                        "Subscribe", ["sns:Subscribe"], [self.arn],
                        principals={"AWS": subscriber}, conditions={"StringEquals": {"sns:Protocol": "sqs"}},
                    ),
                    statement(
                        "DenyPlainHttp", ["sns:Publish"], [self.arn], effect="Deny", principals="*",
                        conditions={"Bool": {"aws:SecureTransport": "false"}},
                    ),
                ]
            ),
        )  # fmt: skip
        add_precondition(self.policy, {subscriber: PRINCIPAL_ARN_PATTERN})
        self.rule: Final = aws.cloudwatch_event_rule.CloudwatchEventRule(
            self,
            "Rule",
            name=name,
            description=f"Created objects of zone {zone}, for Snowpipe",
            state="ENABLED",
            event_pattern=json.dumps(
                {
                    "source": ["aws.s3"],
                    "account": [environment.account_id],
                    "detail-type": ["Object Created"],
                    "detail": {"bucket": {"name": [reference.bucket_name]}},
                }
            ),
        )
        self.target: Final = aws.cloudwatch_event_target.CloudwatchEventTarget(
            self,
            "Target",
            rule=self.rule.name,
            arn=self.topic.arn,
            role_arn=self.publisher.arn,
            target_id="snowpipe",
            depends_on=[self.policy, self.publisher.resource],
        )


class Pipe(Construct):
    """A pipe that loads each new file of a stage, unchanged, into its own landing table.

    The landing table has a VARIANT column with the record, the file name, the row in the file and the time of the load:
    no data is lost or converted, and each row can be traced to its file. A file that cannot be read is skipped as a
    whole and is listed in COPY_HISTORY.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name of pipe and table in upper case with underscores.
        schema: the schema of pipe and table.
        stage: the stage with the files.
        events: the S3EventTopic of the stage's zone.

    Attributes:
        name: the name of pipe and table in Snowflake.
        table: the `snowflake_table`.
        resource: the `snowflake_pipe`.

    Raises:
        ConstructError: the stage holds CSV.
    """

    def __init__(
        self, scope: Construct, id: str, *, schema: SnowflakeSchema, stage: Stage, events: S3EventTopic
    ) -> None:
        super().__init__(scope, id)
        if stage.file_format.format is Format.CSV:
            raise ConstructError(
                self,
                f"{stage.name} holds CSV, whose rows do not fit into one VARIANT column",
                fix="use JSON or Parquet, or load CSV into your own table with COPY INTO",
            )
        self.name: Final = slug(id).replace("-", "_").upper()
        module = snowflake.table
        columns = (
            ("RECORD", "VARIANT", "The record as it arrived"),
            ("FILE_NAME", "VARCHAR", "The file it came from"),
            ("FILE_ROW", "NUMBER(38,0)", "Its row in the file"),
            ("LOADED_AT", "TIMESTAMP_LTZ(9)", "When it was loaded"),
        )
        self.table: Final = create_resource(
            self,
            "Table",
            module.Table,
            depends_on=[schema.resource, *schema.grants],
            database=schema.database,
            schema=schema.name,
            name=self.name,
            column=[module.TableColumn(name=name, type=kind, comment=comment) for name, kind, comment in columns],
            comment=f"Records of {stage.url} as they arrived",
            change_tracking=True,
            lifecycle=stateful_lifecycle(self),
        )
        target = quoted(schema.database, schema.name, self.name)
        self.resource: Final = create_resource(
            self,
            "Pipe",
            snowflake.pipe.Pipe,
            depends_on=[self.table, stage.resource, events.policy],
            database=schema.database,
            schema=schema.name,
            name=self.name,
            auto_ingest=True,
            aws_sns_topic_arn=events.arn,
            copy_statement=" ".join(
                (
                    f"COPY INTO {target} (RECORD, FILE_NAME, FILE_ROW, LOADED_AT)",
                    "FROM (SELECT $1, METADATA$FILENAME, METADATA$FILE_ROW_NUMBER, METADATA$START_SCAN_TIME",
                    f"FROM @{stage.qualified_name}) ON_ERROR = SKIP_FILE",
                )
            ),
            comment=f"Loads {stage.url}",
        )
