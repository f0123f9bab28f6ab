"""Rules for plaintext secrets in any argument and value."""

from __future__ import annotations

import base64
import json

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, evaluate_rule, plan, put, resources

__all__ = ["test_passes", "test_rejects"]

SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-abcdef"
RANDOM = "mK7vQ2pXz9LfT4wB" + "8sHd3RyN"
KEY_ID = "AKIA" + "ABCDEFGHIJKLMNOP"
SCRIPT = "#!/bin/bash\nset -e\nexport DB_PASSWORD=hunter2hunter2\nrun\n"
SAFE_SCRIPT = '#!/bin/bash\nDB_PASSWORD="$(aws secretsmanager get-secret-value --secret-id shop)"\nexport TOKEN=$1\n'


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def add(kind: str, **arguments: object) -> Change:
    def edit(document: Document) -> None:
        document.setdefault("resource", {}).setdefault(kind, {})["Added"] = arguments

    return edit


def container(**variable: str) -> Change:
    definitions = [{"name": "app", "image": "app", "environment": [variable]}]
    return add("aws_ecs_task_definition", family="f", container_definitions=json.dumps(definitions))


CASES = [
    Case(
        "LK_SECRET_1",
        resources(aws_db_instance={"Db": {"identifier": "x", "manage_master_user_password": True}}),
        {
            "password of a database": (
                put("aws_db_instance/Db/password", "hunter2hunter2"),
                "aws_db_instance.Db: password: password holds a secret",
            ),
            "short password": (put("aws_db_instance/Db/password", "x1"), "password holds a secret"),
            "write-only password": (
                put("aws_db_instance/Db/password_wo", "hunter2hunter2"),
                "password_wo holds a secret",
            ),
            "Kerberos administrator": (
                add("aws_emr_cluster", kerberos_attributes=[{"realm": "R", "kdc_admin_password": "hunter2hunter2"}]),
                "kerberos_attributes.kdc_admin_password: kdc_admin_password holds a secret",
            ),
            "secret version": (
                add("aws_secretsmanager_secret_version", secret_id="s", secret_string="hunter2"),
                "secret_string is a literal",
            ),
            "secret version as a document": (
                add("aws_secretsmanager_secret_version", secret_id="s", secret_string='{"password": "hunter2hunter2"}'),
                "secret_string.password: password holds a secret",
            ),
            "Kafka connection": (
                add("aws_glue_connection", connection_properties={"KAFKA_SASL_SCRAM_PASSWORD": "hunter2hunter2"}),
                "KAFKA_SASL_SCRAM_PASSWORD holds a secret",
            ),
            "JSON in a connection": (
                add(
                    "aws_glue_connection", connection_properties={"SparkProperties": '{"sfPassword": "hunter2hunter2"}'}
                ),
                "sfPassword holds a secret",
            ),
            "jsonencode in a connection": (
                add(
                    "aws_glue_connection",
                    connection_properties={"P": '${jsonencode({"sfPassword" = "hunter2hunter2"})}'},
                ),
                "sfPassword holds a secret",
            ),
            "password in a URL": (
                add("aws_glue_connection", connection_properties={"CONNECTION_URL": "mongodb://u:hunter2@host/db"}),
                "CONNECTION_URL holds a password in a URL",
            ),
            "user data": (
                add("aws_launch_template", user_data=encoded(SCRIPT)),
                "base64 of a text with a secret: DB_PASSWORD",
            ),
            "user data as text": (add("aws_instance", user_data=SCRIPT), "DB_PASSWORD holds a secret"),
            "YAML in a file": (
                add("aws_s3_object", bucket="b", key="k", content="db:\n  user: u\n  password: hunter2hunter2\n"),
                "password holds a secret",
            ),
            "environment of a function": (
                add("aws_lambda_function", environment=[{"variables": {"API_KEY": "hunter2hunter2"}}]),
                "environment.variables.API_KEY: API_KEY holds a secret",
            ),
            "random text under a plain name": (
                add("aws_lambda_function", environment=[{"variables": {"CONNECTION": RANDOM}}]),
                "CONNECTION holds a random text",
            ),
            "environment of a container": (
                container(name="DB_PASSWORD", value="hunter2hunter2"),
                "DB_PASSWORD holds a secret",
            ),
            "command of a batch job": (
                add(
                    "aws_batch_job_definition",
                    container_properties=json.dumps({"command": ["load", "--dbpassword=hunter2hunter2"]}),
                ),
                "--dbpassword holds a secret",
            ),
            "option and value": (
                add(
                    "aws_batch_job_definition",
                    container_properties=json.dumps({"command": ["--passphrase", "x y z 1"]}),
                ),
                "--passphrase holds a secret",
            ),
            "header of an event connection": (
                add(
                    "aws_cloudwatch_event_connection",
                    auth_parameters=[{"api_key": [{"key": "x-api-key", "value": "hunter2hunter2"}]}],
                ),
                "x-api-key holds a secret",
            ),
            "access key in a description": (add("aws_sns_topic", display_name=f"use {KEY_ID}"), "an AWS access key"),
            "password through a local value": (
                lambda document: document.update(
                    locals={"p": "hunter2hunter2"},
                    resource={"aws_db_instance": {"Db": {"password": "${local.p}"}}},
                ),
                "password holds a secret",
            ),
        },
        {
            "credentials that LK_GLUE_11 reports": add(
                "aws_glue_connection",
                connection_properties={
                    "Username": "u",
                    "PASSWORD": "hunter2hunter2",
                    "JDBC_CONNECTION_URL": "jdbc:mysql://u:hunter2@host/db",
                },
            ),
            "ARN of a secret": add("aws_glue_connection", connection_properties={"SECRET": SECRET_ARN}),
            "name of a secret": add("aws_secretsmanager_secret", name="orders-db-password"),
            "path of a secret": add("aws_mwaa_environment", airflow_configuration_options={"secret": "prod/orders/db"}),
            "dynamic reference": put(
                "aws_db_instance/Db/password",
                "{{resolve:secretsmanager:${aws_secretsmanager_secret.x.id}:SecretString:p}}",
            ),
            "reference to a generated password": put("aws_db_instance/Db/password", "${random_password.x.result}"),
            "secret from Secrets Manager": add(
                "aws_ecs_task_definition",
                container_definitions=json.dumps([{"secrets": [{"name": "DB_PASSWORD", "valueFrom": SECRET_ARN}]}]),
            ),
            "script that fetches its secret": add("aws_instance", user_data=SAFE_SCRIPT),
            "encoded script that fetches its secret": add("aws_launch_template", user_data=encoded(SAFE_SCRIPT)),
            "encoded view": add(
                "aws_glue_catalog_table",
                view_original_text=f"/* Presto View: {encoded('select id, amount from orders ' * 9 + 'x')} */",
            ),
            "long binary user data": add("aws_launch_template", user_data=encoded(SAFE_SCRIPT * 7 + "#")),
            "hash of the code": add(
                "aws_lambda_function", source_code_hash="Wd5xq2Vb8pQ1Zk7tRmY4LsNcJf0hGuXe3oAiTbCyDEw="
            ),
            "identifiers": add(
                "aws_ssm_document",
                name="AWSServiceRoleForLakeFormationDataAccess1",
                content='{"id": "0b9f3c1e-9a57-4d0e-8a3b-6c1f7b0c2d4e", "path": "s3://b/9f86d081884c7d659a2feaa0c55ad015"}',
            ),
            "placeholder": add("aws_ecs_task_definition", family="f", tags={"token": "<generated>"}),
        },
    ),
    Case(
        "LK_SECRET_2",
        resources(terraform_data={"Marker": {"input": "x"}}),
        {
            "default of a variable": (
                put("variable", {"db_password": {"default": "hunter2hunter2"}}),
                "var.db_password: db_password: db_password holds a secret",
            ),
            "local value": (put("locals", {"token": "hunter2hunter2"}), "local.token: token: token holds a secret"),
            "output": (put("output", {"url": {"value": "jdbc:postgresql://u:hunter2@h/db"}}), "a password in a URL"),
            "backend": (
                put("terraform", {"backend": {"s3": {"bucket": "b", "secret_key": "hunter2hunter2"}}}),
                "terraform.backend.s3: s3.secret_key: secret_key holds a secret",
            ),
            "other provider": (
                put("provider", {"datadog": [{"api_key": "hunter2hunter2"}]}),
                "provider.datadog: datadog.api_key: api_key holds a secret",
            ),
        },
        {
            "sensitive variable without default": put("variable", {"db_password": {"sensitive": True}}),
            "reference": put("output", {"secret": {"value": "${aws_secretsmanager_secret.x.arn}"}}),
        },
    ),
]


def planned(password: str) -> Document:
    """Plan of a database whose password Terraform has generated as `hunter2hunter2`."""
    document = plan(
        change("random_password.db", "no-op", {"result": "hunter2hunter2"}, {"length": 14, "result": "hunter2hunter2"}),
        change("aws_db_instance.db", "create", None, {"password": password}),
    )
    configured = document["configuration"]["root_module"]["resources"]
    configured[1]["expressions"] = {"password": {"references": ["random_password.db.result", "random_password.db"]}}
    return document


def test_generated_passwords_are_not_reported() -> None:
    assert evaluate_rule("LK_SECRET_1", planned("hunter2hunter2")) == []
    assert evaluate_rule("LK_SECRET_1", planned("written2written2")) == [
        "aws_db_instance.db: password: password holds a secret"
    ]


def test_a_plan_shows_nothing_of_an_expression_without_references() -> None:
    document = planned("hunter2")
    document["resource_changes"][1]["change"]["after"]["password"] = '{"sfPassword": "written2written2"}'
    document["configuration"]["root_module"]["resources"][1]["expressions"] = {"password": {}}
    assert len(evaluate_rule("LK_SECRET_1", document)) == 1


def test_variables_of_modules_are_searched() -> None:
    document = plan()
    document["configuration"]["root_module"]["module_calls"] = {
        "a": {"source": "./a", "module": {"variables": {"db_password": {"default": "hunter2hunter2"}}}}
    }
    assert evaluate_rule("LK_SECRET_2", document) == [
        "module.a.var.db_password.default: db_password: db_password holds a secret"
    ]
