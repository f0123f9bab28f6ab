"""Detection of plaintext secrets, which are never printed."""

from __future__ import annotations

import base64
import json
import string

import pytest
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.stripe import StripeDetector
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lakekit_policies.secrets.attributes import find_in_resource
from lakekit_policies.secrets.find import (
    find_in_arguments,
    find_in_document,
    find_in_settings,
    find_secret,
    is_secret,
)
from lakekit_policies.secrets.formats import token_kind
from lakekit_policies.secrets.names import is_secret_name
from lakekit_policies.secrets.references import is_reference
from nonempty import nonempty

ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-abcdef"
# Concatenated, so that secret scanners do not report this file.
KEY_ID = "AKIA" + "ABCDEFGHIJKLMNOP"
GITHUB = "ghp" + "_" + "a1B2" * 9
JWT = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "RS256", "kid": "1"}, {"sub": "loader", "exp": 1})
)
SNOWFLAKE = "ver:1-hint:" + "92019681909886-ETMsDgAAAYyhZ2gKABRBRVMv"
BASIC = base64.b64encode(b"loader:hunter2").decode()

SEEN = [
    (["--password", "hunter2"], "--password holds a secret"),
    (["--dbpassword=hunter2"], "--dbpassword holds a secret"),
    (["--db-password", "hunter2"], "--db-password holds a secret"),
    (["--dbPassword", "hunter2"], "--dbPassword holds a secret"),
    (["--passphrase", "hunter2"], "--passphrase holds a secret"),
    (["--pass", "hunter2"], "--pass holds a secret"),
    (["--db-pass", "hunter2"], "--db-pass holds a secret"),
    (["-password", "-hunter2"], "-password holds a secret"),
    (["--PGPASSWORD=hunter2"], "--PGPASSWORD holds a secret"),
    (["--apiKey", "hunter2"], "--apiKey holds a secret"),
    (["--api-key-value", "hunter2"], "--api-key-value holds a secret"),
    (["--aws-secret-access-key", "hunter2"], "--aws-secret-access-key holds a secret"),
    (["--snowflake-pat", "hunter2"], "--snowflake-pat holds a secret"),
    (["--client-secret", "hunter2"], "--client-secret holds a secret"),
    (["--auth", "Bearer abcdefgh"], "--auth holds a secret"),
    (["--auth", f"Basic {BASIC}"], "--auth holds a secret"),
    (["--header", f"Authorization: Basic {BASIC}"], "argument 2 holds a password"),
    (["--header", "Authorization: Bearer 8f14e45fceea"], "argument 2 holds a bearer token"),
    (["--conf", "spark.db.password=hunter2"], "argument 2: spark.db.password holds a secret"),
    (["load --db-password hunter2 --table t"], "argument 1: --db-password holds a secret"),
    (["--options", "--user u --password 'hunter 2'"], "argument 2: --password holds a secret"),
    (["--url", "jdbc:sqlserver://h:1433;user=u;password=hunter2"], "argument 2: password holds a secret"),
    (["--url", "jdbc:postgresql://h/db?user=u&password=hunter2&ssl=true"], "argument 2: password holds a secret"),
    (["--url=jdbc:postgresql://h/db?user=u&password=hunter2"], "--url: password holds a secret"),
    (["--url", "jdbc:postgresql://u:hunter2@h/db"], "argument 2 holds a password in a URL"),
    (["--url", "jdbc:oracle:thin:scott/hunter2@h:1521/db"], "argument 2 holds a password in a URL"),
    (["--url", "redis://:hunter2@h:6379/0"], "argument 2 holds a password in a URL"),
    (["--config", '{"db": {"user": "u", "password": "hunter2"}}'], "argument 2: password holds a secret"),
    (["--config", "{'password': 'hunter2'}"], "argument 2: password holds a secret"),
    (["--config", '{"arguments": ["--password", "hunter2"]}'], "argument 2: --password holds a secret"),
    (["--jaas", 'PlainLoginModule required username="u" password="hunter2";'], "argument 2: password holds a secret"),
    (["--key", KEY_ID], "argument 2 holds an AWS access key"),
    (["--key", f"ASIA{KEY_ID[4:]}"], "argument 2 holds an AWS access key"),
    (["--x", GITHUB], "argument 2 holds a GitHub token"),
    (["--x", "github_pat_" + "A1b2C3d4" * 10], "argument 2 holds a GitHub token"),
    (["--x", SNOWFLAKE], "argument 2 holds a Snowflake token"),
    (["--x", f"{JWT}.c2lnbmF0dXJl"], "argument 2 holds a JSON web token"),
    (["--x", "dapi" + "0a1b2c3d" * 4], "argument 2 holds a Databricks token"),
    (["--x", "glpat-" + "a1B2" * 5], "argument 2 holds a GitLab token"),
]


@pytest.mark.parametrize(("arguments", "problem"), SEEN, ids=[" ".join(row[0])[:40] for row in SEEN])
def test_secrets_are_detected_and_not_printed(arguments: list[str], problem: str) -> None:
    found = list(find_in_arguments(arguments))
    assert problem in found
    assert "hunter" not in " ".join(found)
    assert KEY_ID[4:] not in " ".join(found)


PASSED = [
    ["--secret-arn", ARN],
    ["--password-secret", ARN],
    [f"--password={ARN}"],
    ["--db-secret-name", "shop/db"],
    ["--bypass", "true"],
    ["--bypass=cache"],
    ["--compass", "north"],
    ["--first-pass", "2"],
    ["--token-column", "y"],
    ["--password-file", "/mnt/secrets/db"],
    ["--max-tokens", "512"],
    ["--tokenizer", "bert"],
    ["--refresh-token", "--quiet"],
    ["--token", "false"],
    ["--primary-key", "order_id"],
    ["--partition-key=region"],
    ["--auth", "iam"],
    ["--authenticator", "snowflake_jwt"],
    ["--title", "Basic configuration of bearer shares"],
    ["--password", "${secretsmanager:shop:password}"],
    ["--password", "{{ conn.shop.password }}"],
    ["--conf", "spark.db.password=$${secretsmanager:shop:password}"],
    ["--url", "jdbc:postgresql://h:5432/db?ssl=true"],
    ["--url", "jdbc:postgresql://u:${secretsmanager:shop:password}@h/db"],
    ["--url", "https://h:8443/v1/orders@2025"],
    ["--query", "select password, token from users u join tokens t on t.token=u.token"],
    ["--comment", "the password: nobody knows it"],
    ["--config", '{"table": "orders", "secret_arn": "' + ARN + '", "limit": 5}'],
    ["--source", "s3://acme-dev-artifacts-111111111111-eu-west-1/code/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b/x.zip"],
    ["--key-arn", "arn:aws:kms:eu-west-1:111111111111:key/0b9f3c1e-9a57-4d0e-8a3b-6c1f7b0c2d4e"],
    ["--encryption-key", "alias/orders"],
    ["positional", "orders=3"],
]


@pytest.mark.parametrize("arguments", PASSED, ids=[" ".join(row)[:40] for row in PASSED])
def test_non_secrets_pass(arguments: list[str]) -> None:
    assert list(find_in_arguments(arguments)) == []


def test_settings_and_documents() -> None:
    assert list(find_in_settings({"spark.password": "x", "topic": "orders"})) == ["spark.password holds a secret"]
    request = {"JobDriver": {"Arguments": ["--table", "t", "--token", "x"]}, "Environment": [{"PGPASSWORD": "x"}]}
    assert list(find_in_document(request, "input")) == ["--token holds a secret", "PGPASSWORD holds a secret"]
    listed = {"Environment": [{"Name": "PGPASSWORD", "Value": "x"}, {"Name": "TABLE", "Value": "orders"}]}
    assert list(find_in_document(listed, "input")) == ["PGPASSWORD holds a secret"]
    assert list(find_in_document({"names": ["a"], "passwords": ["hunter2"]}, "input")) == ["passwords holds a secret"]
    assert list(find_in_document({"password": [ARN], "value": "x"}, "input")) == []
    assert list(find_in_document({"ClientToken": "<aws.scheduler.execution-id>"}, "input")) == []
    assert find_secret("password", None) is None
    assert not is_secret("basic.auth.credentials.source", "USER_INFO")
    assert is_secret("basic.auth.user.info", "u:p")


# Names of secrets: prefixes and nouns in every naming style.
_BEFORE = st.lists(st.sampled_from(["db", "shop", "orders", "jdbc", "source", "my"]), max_size=3)
_NOUNS = st.sampled_from(["password", "passwd", "passphrase", "pwd", "secret", "token", "credentials", "api key"])
_JOIN = st.sampled_from(["-", "_", ".", "camel"])
_VALUE = st.text(string.ascii_letters + string.digits + "!#%+/^", min_size=4, max_size=20).filter(
    # `%NAME%` is a variable of Windows.
    lambda value: value.lower() not in {"true", "false", "none", "null"} and not is_reference(value)
)


def _name(before: list[str], noun: str, join: str) -> str:
    words = [*before, *noun.split()]
    if join == "camel":
        return words[0] + "".join(word.capitalize() for word in words[1:])
    return join.join(words)


@settings(max_examples=300, deadline=None)
@given(_BEFORE, _NOUNS, _JOIN, _VALUE)
def test_secret_keys_are_detected_in_every_form(before: list[str], noun: str, join: str, value: str) -> None:
    name = _name(before, noun, join)
    assert is_secret_name(name)
    assert is_secret_name(name.upper()) or join == "camel"
    ways = (
        [f"--{name}", value],
        [f"--{name}={value}"],
        ["--conf", f"{name}={value}"],
        [f"run --{name} {value} --quiet"],
        ["--config", json.dumps({"source": [{name: value}]})],
        ["--url", f"jdbc:sqlserver://h;{name}={value};ssl=true"],
    )
    for arguments in ways:
        found = list(find_in_arguments(arguments))
        assert found, arguments
        assert all(name in problem for problem in found)
    # Locations, durations, column names and ARNs are not secrets.
    for tail in ("arn", "column", "file", "name", "length", "id", "path", "ttl"):
        assert list(find_in_arguments([f"--{_name([*before, *noun.split()], tail, join)}", "orders"])) == []
    assert list(find_in_arguments([f"--{name}", ARN])) == []


DETECTORS: list[type[RegexBasedDetector]] = [
    AWSKeyDetector,
    AzureStorageKeyDetector,
    GitHubTokenDetector,
    PrivateKeyDetector,
    SendGridDetector,
    SlackDetector,
    StripeDetector,
]


@pytest.mark.parametrize("detector", DETECTORS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_detect_secrets_findings_are_reported(detector: type[RegexBasedDetector], data: st.DataObject) -> None:
    for shape in nonempty(detector.denylist):
        text = data.draw(st.from_regex(shape, fullmatch=True, alphabet=st.characters(codec="ascii")))
        assert token_kind(f"--x {text}") is not None, (shape.pattern, text)


@given(st.dictionaries(st.text(max_size=5), st.integers()), st.dictionaries(st.text(max_size=5), st.integers()))
def test_json_web_tokens_are_detected(header: dict[str, int], body: dict[str, int]) -> None:
    parts = ({"alg": "RS256", **header}, {"sub": "x", **body})
    token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    token += ".c2lnbmF0dXJl"
    assert list(JwtTokenDetector().analyze_string(token))
    assert token_kind(token) == "a JSON web token"


def test_unreadable_text_is_rejected() -> None:
    assert list(find_in_arguments(["[" * 100_000])) == ["argument 1: text is nested too deeply to be checked"]


@settings(max_examples=300, deadline=None)
@example(["-0\x85"])
@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_scanned_without_error(arguments: list[str]) -> None:
    problems = list(find_in_arguments(["--password=hunter2", *arguments]))
    assert problems[0] == "--password holds a secret"
    for problem in nonempty(problems):
        assert "holds" in problem


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"api_key": [{"key": "x", "value": "Hunter2xx"}]}, ["auth_parameters.api_key.value is a literal"]),
        ({"api_key": [{"key": "x", "value": "${var.key}"}]}, []),
        (
            {"invocation_http_parameters": [{"header": [{"key": "x", "value": "v1", "is_value_secret": True}]}]},
            ["auth_parameters.invocation_http_parameters.header.value is a literal"],
        ),
        ({"invocation_http_parameters": [{"header": [{"key": "x", "value": "v1", "is_value_secret": False}]}]}, []),
    ],
)
def test_secret_values_of_connections_are_found(parameters: dict[str, object], found: list[str]) -> None:
    assert list(find_in_resource("aws_cloudwatch_event_connection", {"auth_parameters": [parameters]})) == found
