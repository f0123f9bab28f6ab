"""Destinations that a text shows by its form: ARNs, URLs of buckets and hosts, mail addresses, account ids."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from lakekit_policies.boundary import arns
from lakekit_policies.destinations.model import Kind

_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:[a-z0-9*-]+:(?:[a-z0-9-]*|\$\{[^{}]*\}):(?:[0-9a-z]*|\$\{[^{}]*\}):[^\s\"',;<>\\]+"
)
_BUCKET_URL: Final = re.compile(r"\bs3[an]?://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?![a-z0-9.$-])")
_URL: Final = re.compile(r"\b(?:[a-z][a-z0-9+.]*:)*(?!s3[an]?:)[a-z][a-z0-9+.]*://[^\s\"'<>\\|;,]+", re.IGNORECASE)
_MAIL: Final = re.compile(r"(?<![\w.+:/-])[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w/:])", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+[0-9]{8,15}")
CANONICAL_USER: Final = re.compile(r"[0-9a-f]{64}")
_HOST: Final = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+", re.IGNORECASE)
BUCKET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# Virtual-hosted and path-style addresses: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
_S3_HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]*)\.)?s3(?:-website)?(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?"
    r"\.amazonaws\.com(?:\.cn)?"
)
# A security group of a peer: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
_PEER_GROUP: Final = re.compile(r"([0-9]{12})/sg-[0-9a-f]+")
_SQS_PATH: Final = re.compile(r"/([0-9]{12})/[\w.-]+")
_INTERNAL: Final = re.compile(r"(?:.*\.)?(?:internal|local|localhost|corp|lan|intranet|home\.arpa|svc|cluster\.local)")
# Namespaces of XML and JSON schemas are names, not addresses.
_NAMESPACES: Final = re.compile(r"(?:www\.w3\.org|json-schema\.org|schemas?\..*|xmlns\..*|acs\.amazonaws\.com)\Z")


def in_text(text: str) -> Iterator[tuple[Kind, str]]:
    """Every destination of a text."""
    if _PHONE.fullmatch(text):
        yield Kind.PHONE, text
        return
    if "arn:" in text:
        # Integrations of API Gateway contain the ARN of the function, after arn:aws:apigateway:…:lambda:path/.
        yield from ((Kind.ARN, found[found.rindex("arn:") :]) for found in _ARN.findall(text))
    if "://" in text:
        yield from ((Kind.BUCKET, found) for found in _BUCKET_URL.findall(text))
        for url in _URL.findall(text):
            yield from _in_url(url)
    if "@" in text:
        yield from ((Kind.MAIL, found) for found in _MAIL.findall(text))
    if "/sg-" in text:
        yield from ((Kind.ACCOUNT, found) for found in _PEER_GROUP.findall(text))
    if "vpce-svc-" in text:
        yield Kind.ENDPOINT_SERVICE, text


def is_open(kind: Kind, value: str) -> bool:
    """Whether the owner of a destination is an expression: `arn:aws:sns:eu-west-1:${var.account}:x`."""
    if kind is not Kind.ARN:
        return "${" in value
    arn = arns.parse(value)
    if arn is None:
        return True
    return "${" in (arn.account or arn.resource.partition("/")[0])


def hosts(text: str) -> Iterator[tuple[Kind, str]]:
    """Hosts of a list such as `b-1.example:9096,b-2.example:9096`, or of a URL without a scheme."""
    if "://" in text:
        return
    for item in text.split(","):
        host = item.strip().partition("/")[0].partition(":")[0].lower()
        if (_HOST.fullmatch(host) and not _INTERNAL.fullmatch(host)) or _is_public_address(host):
            yield Kind.HOST, host


def _in_url(url: str) -> Iterator[tuple[Kind, str]]:
    try:
        # jdbc:postgresql://host/db has two schemes; a comma separates hosts.
        parts = urlsplit(url[url.rindex(":", 0, url.index("://")) + 1 :] if ":" in url[: url.index("://")] else url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return
    s3 = _S3_HOST.fullmatch(host)
    if s3:
        bucket = s3["bucket"] or parts.path.strip("/").partition("/")[0]
        if BUCKET_NAME.fullmatch(bucket):
            yield Kind.BUCKET, bucket
        return
    queue = _SQS_PATH.fullmatch(parts.path) if host.startswith("sqs.") else None
    if queue:
        yield Kind.ACCOUNT, queue[1]
    elif (
        _HOST.fullmatch(host.removeprefix("*.")) and not _INTERNAL.fullmatch(host) and not _NAMESPACES.match(host)
    ) or (_is_public_address(host)):
        yield Kind.HOST, host


def _is_public_name(host: str) -> bool:
    name = host.removeprefix("*.")
    return bool(_HOST.fullmatch(name)) and not _INTERNAL.fullmatch(name) and not _NAMESPACES.match(name)


def _is_public_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return False
