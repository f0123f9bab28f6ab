"""Extraction of destinations: every owner that a text shows, and no error for any value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit_policies.boundary import Membership, TrustBoundary
from lakekit_policies.destinations import Destination, Kind, destinations, membership
from lakekit_policies.destinations.model import Use
from lakekit_policies.secrets.attributes import find_in_resource
from lakekit_policies.terraform.declarations import Declaration
from lakekit_policies.terraform.stack_metadata import StackMetadata

OWN, OTHER = "111111111111", "999988887777"
BOUNDARY = TrustBoundary(
    accounts={OWN: "own"},
    buckets=("acme-lake",),
    hosts=("in.acme.example",),
    networks=("198.51.100.0/24",),
    stated=True,
)
METADATA = StackMetadata(organization="acme", environment="prod", account_id=OWN)

NAMES = st.sampled_from(
    ["destination_arn", "target_bucket", "principal", "image", "policy", "url", "value", "name", "password", "tags"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(
        ["s3://x", "arn:aws:", "https://[", "${", "${a", "*", "{}", "[1", "jdbc:x://", "a@b.c", "://", "\ud800"]
    )
)
VALUES = st.recursive(LEAVES, lambda part: st.lists(part, max_size=3) | st.dictionaries(NAMES, part, max_size=3))


def found(value: Any, kind: str = "aws_thing", name: str = "setting") -> set[tuple[Kind, str]]:
    return {(one.kind, one.value) for one in destinations(Declaration("a.b", "managed", kind, {name: value}))}


@settings(max_examples=400, deadline=None)
@given(value=VALUES, name=NAMES)
def test_any_value_is_read(value: Any, name: str) -> None:
    """No value is an error, and none hides what stands after it."""
    nested = [value, {"inner": [value]}, json.dumps({"text": value})]
    arguments = {name: nested, "last": "s3://not-ours/x", "db_password": "hunter2hunter2"}
    resource = Declaration("a.b", "managed", "aws_ecs_task_definition", arguments)
    assert Destination(Kind.BUCKET, "not-ours", "last", Use.DATA) in list(destinations(resource))
    assert "db_password: db_password holds a secret" in list(find_in_resource("aws_ecs_task_definition", arguments))


# Text around a destination, as in arguments of programs, JSON and properties.
FRAMES = st.sampled_from(["{}", "--to {} --quiet", "a={};b=1", '{{"x": "{}"}}', '["{}"]', "{},{}"])


@given(
    frame=FRAMES,
    shown=st.sampled_from(
        [
            ("s3://not-ours/x", (Kind.BUCKET, "not-ours")),
            ("s3a://not-ours", (Kind.BUCKET, "not-ours")),
            ("https://not-ours.s3.eu-west-1.amazonaws.com/x", (Kind.BUCKET, "not-ours")),
            ("https://s3.amazonaws.com/not-ours/x", (Kind.BUCKET, "not-ours")),
            (f"https://sqs.eu-west-1.amazonaws.com/{OTHER}/q", (Kind.ACCOUNT, OTHER)),
            ("https://evil.example:8443/x?y=1", (Kind.HOST, "evil.example")),
            ("jdbc:postgresql://db.evil.example:5432/x", (Kind.HOST, "db.evil.example")),
            ("mongodb+srv://db.evil.example/x", (Kind.HOST, "db.evil.example")),
            ("x@evil.example", (Kind.MAIL, "x@evil.example")),
            ("mailto:x@evil.example", (Kind.MAIL, "x@evil.example")),
            ("S3://not-ours/x", (Kind.BUCKET, "not-ours")),
            ("gs://evil/x", (Kind.HOST, "evil.storage.googleapis.com")),
            ("abfss://c@evil.dfs.core.windows.net/x", (Kind.HOST, "evil.dfs.core.windows.net")),
            ("HDFS://nn.evil.example:8020/x", (Kind.HOST, "nn.evil.example")),
            ("jdbc:oracle:thin:@db.evil.example:1521/x", (Kind.HOST, "db.evil.example")),
            ("k.evil.example:9092,k2.evil.example:9092", (Kind.HOST, "k2.evil.example")),
            ("203.0.113.5:9092", (Kind.HOST, "203.0.113.5")),
            (
                f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com/x:1",
                (Kind.IMAGE, f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com/x:1"),
            ),
        ]
    ),
)
def test_a_destination_is_found_inside_a_text(frame: str, shown: tuple[str, tuple[Kind, str]]) -> None:
    text, expected = shown
    assert expected in found(frame.format(text, text))


@given(frame=FRAMES, service=st.sampled_from(["sqs", "sns", "kms", "lambda", "firehose", "glue"]))
def test_an_account_is_found_in_an_arn_inside_a_text(frame: str, service: str) -> None:
    for account, expected in ((OWN, Membership.INSIDE), (OTHER, Membership.OUTSIDE)):
        arn = f"arn:aws:{service}:eu-west-1:{account}:thing/x"
        given_arns = [value for kind, value in found(frame.format(arn, arn)) if kind is Kind.ARN]
        assert given_arns
        destination = Destination(Kind.ARN, given_arns[0], "setting", Use.DATA)
        assert membership(destination, BOUNDARY, METADATA) is expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.BUCKET, "acme-lake", Membership.INSIDE),
        (Kind.BUCKET, f"acme-prod-product-{OWN}-eu-west-1", Membership.INSIDE),
        (Kind.BUCKET, f"acme-dev-product-{OWN}-eu-west-1", Membership.UNKNOWN),
        (Kind.BUCKET, f"acme-prod-product-{OTHER}-eu-west-1", Membership.UNKNOWN),
        (Kind.BUCKET, f"aws-glue-assets-{OWN}-eu-west-1", Membership.INSIDE),
        (Kind.BUCKET, "eu-west-1.elasticmapreduce", Membership.INSIDE),
        (Kind.BUCKET, "not-elasticmapreduce", Membership.UNKNOWN),
        (Kind.HOST, "in.acme.example", Membership.INSIDE),
        (Kind.HOST, "evil.example", Membership.OUTSIDE),
        (Kind.HOST, "198.51.100.7", Membership.INSIDE),
        (Kind.HOST, "203.0.113.5", Membership.OUTSIDE),
        (Kind.HOST, "sqs.eu-west-1.amazonaws.com", Membership.INSIDE),
        (Kind.HOST, "x.lambda-url.eu-west-1.on.aws", Membership.UNKNOWN),
        (Kind.HOST, "evil.example.amazonaws.com.evil.example", Membership.OUTSIDE),
        (Kind.IMAGE, f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com/x:1", Membership.INSIDE),
        (Kind.IMAGE, "public.ecr.aws/evil/x", Membership.OUTSIDE),
        (Kind.EVERYBODY, "*", Membership.OUTSIDE),
    ],
)
def test_membership(kind: Kind, value: str, expected: Membership) -> None:
    assert membership(Destination(kind, value, "setting", Use.DATA), BOUNDARY, METADATA) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("_x7.mhbtsbpdnt.acm-validations.aws", Membership.INSIDE),
        ("abc.dkim.amazonses.com", Membership.INSIDE),
        ("abc.dkim.eu-west-1.amazonses.com", Membership.INSIDE),
        ("acm-validations.aws.example.net", Membership.OUTSIDE),
        ("_x7.mhbtsbpdnt.acm-validations.aws.example.net", Membership.OUTSIDE),
    ],
)
def test_hosts_with_which_aws_validates_domains(host: str, expected: Membership) -> None:
    declaration = Declaration("a.b", "managed", "aws_route53_record", {"type": "CNAME", "records": [host]})
    (one,) = destinations(declaration)
    assert membership(one, BOUNDARY, METADATA) is expected


def test_policies_and_texts_for_people_are_not_destinations() -> None:
    policy = json.dumps({"Statement": [{"Principal": {"AWS": OTHER}, "Resource": "arn:aws:s3:::not-ours/*"}]})
    assert found(policy) == set()
    assert found("see s3://not-ours/x", name="description") == set()
    assert found({"owner": "x@evil.example"}, name="tags") == set()


@pytest.mark.parametrize("name", [f"{OTHER}:function:x", f"{OTHER}:function:load-orders:$LATEST"])
def test_the_account_of_a_partial_arn_of_a_function_is_found(name: str) -> None:
    definition = json.dumps({"States": {"A": {"Parameters": {"FunctionName": name}}}})
    assert found(definition, name="definition") == {(Kind.ACCOUNT, OTHER)}
    assert found("123456789012:functions", name="--text") == set()


@pytest.mark.parametrize("kind", ["aws_cloudtrail", "aws_cloudtrail_event_data_store"])
def test_filters_of_events_are_not_destinations(kind: str) -> None:
    selector = {"field_selector": [{"field": "userIdentity.arn", "not_starts_with": [f"arn:aws:sts::{OTHER}:x/etl"]}]}
    trail = {"advanced_event_selector": [selector], "event_selector": [{"data_resource": [{"values": ["arn:aws:s3"]}]}]}
    assert not list(destinations(Declaration("x", "managed", kind, trail)))
    assert list(destinations(Declaration("x", "managed", "aws_cloudtrail", {"s3_bucket_name": "not-ours"})))


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.5:9092",
        "broker.internal:9092",
        "org.apache.iceberg:iceberg-aws-bundle:1.9.0",
        "analytics.orders",
        "123456789012",
        "2026-01-01T10.30:15",
        "gs://${var.bucket}/x",
        "${var.account}.dkr.ecr.eu-west-1.amazonaws.com/x:1",
    ],
)
def test_other_texts_are_not_destinations(text: str) -> None:
    assert found(text, name="--text") == set()


@pytest.mark.parametrize("name", ["bootstrapServers", "--kafka-hosts", "brokers", "https_proxy", "webhook"])
def test_a_bare_host_is_found_in_an_argument_for_hosts(name: str) -> None:
    assert found("evil.example", name=name) == {(Kind.HOST, "evil.example")}
    assert found("evil.example", name="--text") == set()


@pytest.mark.parametrize("servers", [["203.0.113.66"], ["AmazonProvidedDNS", "203.0.113.66", "10.0.0.2"]])
def test_name_servers_are_destinations(servers: list[str]) -> None:
    expected = {(Kind.HOST, "203.0.113.66")}
    assert found(servers, kind="aws_vpc_dhcp_options", name="domain_name_servers") == expected
    assert found("2001:db8::1", kind="aws_vpc_dhcp_options", name="ntp_servers") == {(Kind.HOST, "2001:db8::1")}


@pytest.mark.parametrize(
    ("kind", "use"),
    [
        ("aws_lambda_function", Use.CODE),
        ("aws_dynamodb_table_export", Use.DATA),
        ("aws_cur_report_definition", Use.DATA),
    ],
)
def test_a_bucket_holds_code_of_functions_only(kind: str, use: Use) -> None:
    resource = Declaration("a.b", "managed", kind, {"s3_bucket": "not-ours"})
    assert [one.use for one in destinations(resource)] == [use]


def test_locations_and_external_engines_of_lake_formation_are_destinations() -> None:
    location = {"arn": "arn:aws:s3:::not-ours"}
    assert found(location["arn"], kind="aws_lakeformation_resource", name="arn") == {(Kind.ARN, location["arn"])}
    name = "external_data_filtering_allow_list"
    assert found([OTHER], kind="aws_lakeformation_data_lake_settings", name=name) == {(Kind.ACCOUNT, OTHER)}
