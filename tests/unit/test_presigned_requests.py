"""Tests of the requests with which clients of MSK authenticate, against the signer of botocore."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from lakekit_local.runtimes.kafka.presigned import InvalidRequestError, PresignedRequest

SECRET = "a/secret+key"
HOST = "b-1.events.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"


def signed(host: str = HOST, secret: str = SECRET, token: str | None = "a/token=", expires: int = 900) -> str:
    """A presigned URL."""
    request = AWSRequest(method="GET", url=f"https://{host}/?Action=kafka-cluster%3AConnect")
    credentials = Credentials("ASIAEXAMPLE", secret, token)
    SigV4QueryAuth(credentials, "kafka-cluster", "eu-west-1", expires=expires).add_auth(request)
    return str(request.url)


def payload(url: str, **changes: str) -> str:
    """What aws-msk-iam-auth sends for a presigned URL."""
    parts = urlsplit(url)
    given = {name.lower(): value for name, value in parse_qsl(parts.query)}
    return json.dumps({"version": "2020_10_22", "host": parts.netloc, "user-agent": "x", **given, **changes})


def bearer(url: str) -> str:
    return base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


@pytest.mark.parametrize("token", ["a/token=", None])
def test_signatures_of_botocore_are_accepted(token: str | None) -> None:
    url = signed(token=token)
    by_payload, by_token = (
        PresignedRequest.of_payload(payload(url)),
        PresignedRequest.of_token(bearer(f"{url}&User-Agent=x")),
    )
    for request in (by_payload, by_token):
        request.check(SECRET)
        assert (request.access_key, request.region, request.session_token) == ("ASIAEXAMPLE", "eu-west-1", token or "")
        with pytest.raises(InvalidRequestError, match="the signature is not that of the secret"):
            request.check("another")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", "other.example"),
        ("x-amz-credential", "ASIAEXAMPLE/20200101/eu-west-1/kafka-cluster/aws4_request"),
        ("x-amz-credential", "ASIAEXAMPLE/20200101/eu-west-1/s3/aws4_request"),
        ("x-amz-credential", "ASIAEXAMPLE"),
        ("x-amz-date", "20200101T000000Z"),
        ("x-amz-date", "now"),
        ("x-amz-expires", "901"),
        ("x-amz-expires", "-1"),
        ("x-amz-expires", "many"),
        ("x-amz-expires", "60"),
        ("x-amz-security-token", "another"),
        ("x-amz-signedheaders", "host;x-other"),
        ("x-amz-algorithm", "none"),
        ("x-amz-signature", ""),
        ("x-amz-signature", "0" * 64),
        ("x-amz-other", "x"),
        ("action", "kafka-cluster:*"),
        ("version", "2019"),
    ],
)
def test_changed_requests_are_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidRequestError):
        PresignedRequest.of_payload(payload(signed(), **{name: value})).check(SECRET)


@pytest.mark.parametrize(("after", "valid"), [(-600, False), (-60, True), (0, True), (890, True), (910, False)])
def test_signatures_hold_for_as_long_as_they_state(after: int, valid: bool) -> None:
    request = PresignedRequest.of_payload(payload(signed()))
    now = datetime.now(UTC) + timedelta(seconds=after)
    if valid:
        request.check(SECRET, now)
        return
    with pytest.raises(InvalidRequestError, match="has expired, or is not valid yet"):
        request.check(SECRET, now)


@pytest.mark.parametrize(
    "url",
    [
        "http://" + signed().removeprefix("https://"),
        signed().replace("/?", "/path?"),
        signed() + "&Action=kafka-cluster%3AConnect",
        signed() + "&X-Amz-Date=20200101T000000Z",
        "https://kafka.eu-west-1.amazonaws.com/",
        "no url",
    ],
)
def test_other_tokens_are_refused(url: str) -> None:
    with pytest.raises(InvalidRequestError):
        PresignedRequest.of_token(bearer(url)).check(SECRET)


@given(st.one_of(st.text(), st.binary().map(lambda one: base64.urlsafe_b64encode(one).decode())))
def test_any_text_is_refused(text: str) -> None:
    for read in (PresignedRequest.of_payload, PresignedRequest.of_token):
        with pytest.raises(InvalidRequestError):
            read(text)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_document_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequestError):
        PresignedRequest.of_payload(json.dumps(value))
