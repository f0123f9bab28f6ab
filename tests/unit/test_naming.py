"""Names: length, alphabet, no collisions, the same tomorrow."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakekit.naming import Names, fit, partition, slug

short = st.from_regex(r"[a-z][a-z0-9]{0,11}", fullmatch=True)
word = st.from_regex(r"[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,10}){0,4}", fullmatch=True)
account = st.from_regex(r"[0-9]{12}", fullmatch=True)
region = st.sampled_from(
    ["eu-west-1", "us-east-1", "ap-southeast-7", "us-gov-west-1", "cn-northwest-1", "mx-central-1"]
)
names = st.builds(Names, short, short, account, region)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(names, st.lists(word, min_size=1, max_size=3))
def test_every_name_fits_its_service(names: Names, words: list[str]) -> None:
    bucket = names.bucket(*words)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", bucket)
    assert bucket.endswith(f"-{names.account_id}-{names.region}")
    assert re.fullmatch(r"[\w+=,.@-]{1,64}", names.role(*words))
    assert re.fullmatch(r"alias/[a-zA-Z0-9/_-]{1,250}", names.key_alias(*words))
    assert not names.key_alias(*words).startswith("alias/aws")
    assert re.fullmatch(r"[a-z0-9_]{1,128}", names.database(*words))
    assert re.fullmatch(r"[a-z0-9-]{1,128}", names.resource(*words))


# Measured by the clock: it fails on a machine that is busy with other tests.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(names, names, word, word)
def test_names_are_unique(one: Names, other: Names, first: str, second: str) -> None:
    same = (one, first) == (other, second)
    assert (one.bucket(first) == other.bucket(second)) == same
    whose = (one.organization, one.environment, first) == (other.organization, other.environment, second)
    assert (one.role(first) == other.role(second)) == whose
    assert (one.database(first) == other.database(second)) == whose
    assert (one.key_alias(first) == other.key_alias(second)) == whose


@given(names, st.lists(word, min_size=1, max_size=3))
def test_a_name_depends_on_nothing_else(names: Names, words: list[str]) -> None:
    again = Names(names.organization, names.environment, names.account_id, names.region)
    assert names.bucket(*words) == again.bucket(*words)


@given(st.text("abc-_", min_size=1, max_size=300), st.integers(20, 64))
def test_a_cut_name_keeps_its_limit(name: str, limit: int) -> None:
    assert len(fit(name, limit)) <= limit
    assert (fit(name, limit) == name) == (len(name) <= limit)


def test_names_are_stable() -> None:
    """A changed name is a destroyed bucket: these are pinned."""
    names = Names("acme", "prod", "333333333333", "eu-west-1")
    assert names.bucket("lake", "raw") == "acme-prod-lake-raw-333333333333-eu-west-1"
    assert names.bucket("lake", "a" * 60) == "acme-prod-lake-aaaaaaaaaaaaaaaa-23f5df7b-333333333333-eu-west-1"
    assert names.role("table-optimizer") == "acme-prod-table-optimizer"
    assert names.key_alias("lake") == "alias/acme-prod-lake"
    assert names.database("curated") == "acme_prod_curated"
    assert names.stack("storage") == "prod-storage"
    assert names.role_arn("r") == "arn:aws:iam::333333333333:role/r"
    assert names.arn("glue", "catalog") == "arn:aws:glue:eu-west-1:333333333333:catalog"


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-west-1", "aws"),
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_the_partition_follows_the_region(region: str, expected: str) -> None:
    assert partition(region) == expected
    assert Names("acme", "dev", "1" * 12, region).bucket_arn("b") == f"arn:{expected}:s3:::b"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("OrderEvents", "order-events"),
        ("Raw", "raw"),
        ("S3Export", "s3-export"),
        ("EUOrders", "eu-orders"),
        ("order_events", "order-events"),
        ("Order events", "order-events"),
    ],
)
def test_id_becomes_a_name_part(words: str, expected: str) -> None:
    assert slug(words) == expected


@pytest.mark.parametrize("words", ["", "1st", "--", "é"])
def test_invalid_name_part_is_rejected(words: str) -> None:
    with pytest.raises(ValueError, match="cannot be converted to a name"):
        slug(words)


@pytest.mark.parametrize("word", ["", "Raw", "a_b", "-a", "a--b", "a-", "1a"])
def test_malformed_name_part_is_rejected(word: str) -> None:
    with pytest.raises(ValueError, match="is not a valid part of a name"):
        Names("acme", "dev", "1" * 12, "eu-west-1").bucket(word)


def test_a_secret_is_given_by_name_or_by_arn() -> None:
    made = Names("acme", "dev", "111111111111", "eu-west-1")
    arn = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:shop-AbCdEf"
    assert made.secret_arn(arn) == arn
    assert made.secret_arn("shop") == "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-??????"
