"""Random plans with destinations: accounts, resources, queues, URLs, images and mail addresses, own and foreign ones.

The model knows the owner of each value that it writes; the analysis has to find the foreign ones wherever they are.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit_policies.boundary import TrustBoundary
from lakekit_policies.destinations import destinations, membership
from lakekit_policies.terraform.declarations import Declaration
from lakekit_policies.terraform.stack_metadata import StackMetadata

ACCOUNTS = {True: ("111111111111", "222222222222"), False: ("999999999999", "888888888888")}
HOSTS = {True: ("hooks.acme.example", "api.acme.example"), False: ("evil.example", "acme.example.evil.net")}
DOMAINS = {True: ("acme.example",), False: ("evil.example", "notacme.example")}
BOUNDARY = TrustBoundary(
    accounts=dict.fromkeys(ACCOUNTS[True], "own"),
    hosts=HOSTS[True],
    mail_domains=DOMAINS[True],
    buckets=("acme-*",),
    stated=True,
)
BUCKETS = {True: ("acme-raw", "acme-logs"), False: ("evil-drop", "acmeraw")}
FORMS: dict[str, tuple[dict[bool, tuple[str, ...]], tuple[str, ...], str]] = {
    "account": (ACCOUNTS, ("{}",), "account_id"),
    "queue": (ACCOUNTS, ("https://sqs.eu-west-1.amazonaws.com/{}/q",), "queue_url"),
    "resource": (
        ACCOUNTS,
        (
            "arn:aws:sqs:eu-west-1:{}:q",
            "arn:aws:lambda:eu-west-1:{}:function:f",
            "arn:aws:logs:eu-west-1:{}:log-group:g",
        ),
        "destination_arn",
    ),
    "image": (ACCOUNTS, ("{}.dkr.ecr.eu-west-1.amazonaws.com/etl:1",), "image_uri"),
    "URL": (HOSTS, ("https://{}/collect", "https://{}:8443/x?y=z"), "url"),
    "mail": (DOMAINS, ("ops@{}",), "email"),
    "bucket": (BUCKETS, ("arn:aws:s3:::{}", "arn:aws:s3:::{}/out/*"), "bucket_arn"),
}
TYPES = ("aws_kinesis_firehose_delivery_stream", "aws_s3_bucket_replication_configuration", "aws_unheard_of_type")


def arguments(random: Random) -> tuple[dict[str, Any], dict[str, bool]]:
    """Random arguments, and the values in them with whether they are inside."""
    written: dict[str, bool] = {}
    made: dict[str, Any] = {"name": "x", "tags": {"team": "data"}}
    for index in range(random.randint(1, 4)):
        owners, templates, name = FORMS[random.choice(list(FORMS))]
        inside = random.random() < 0.5
        text = random.choice(templates).format(random.choice(owners[inside]))
        written[text] = inside
        made[f"part_{index}"] = _wrapped(random, name, text)
    return made, written


def _wrapped(random: Random, name: str, text: str) -> Any:
    value: Any = {name: text}
    for _ in range(random.randint(0, 3)):
        match random.choice(["block", "map", "list", "json"]):
            case "block":
                value = [{"settings": value}]
            case "map":
                value = {"rule": value}
            case "list":
                value = [value, {"name": "other"}]
            case "json":
                value = json.dumps({"Configuration": value})
    return value if isinstance(value, str) else {"inner": value}


def disagreement(seed: int) -> str:
    random = Random(seed)
    made, written = arguments(random)
    resource = Declaration("aws_x.y", "managed", random.choice(TYPES), made)
    foreign = {one.value for one in destinations(resource) if not membership(one, BOUNDARY, StackMetadata()).is_inside}
    wrong = [text for text, inside in written.items() if inside is any(_same(found, text) for found in foreign)]
    return f"seed {seed}: {wrong} of {json.dumps(made)}, found {sorted(foreign)}" if wrong else ""


def _same(found: str, text: str) -> bool:
    """Whether a destination that was found is that of a text: it may be a part of it."""
    return found in text or text in found


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_foreign_destinations_are_found_in_every_place(seed: int) -> None:
    assert disagreement(seed) == ""


@pytest.mark.full
def test_ten_thousand_plans_with_destinations() -> None:
    assert [text for seed in range(10_000) if (text := disagreement(seed))] == []
