"""Destinations that a text shows by its form: ARNs, URLs of buckets and hosts, mail addresses, account ids."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import unquote, urlsplit

from lakekit_policies.boundary import arns
from lakekit_policies.destinations.model import Kind

_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:[a-z0-9*-]+:(?:[a-z0-9-]*|\$\{[^{}]*\}):(?:[0-9a-z]*|\$\{[^{}]*\}):[^\s\"',;<>\\]+"
)
# Snowflake has schemes for other partitions of AWS: https://docs.snowflake.com/en/sql-reference/sql/create-stage
_S3: Final = r"s3(?:[an]|gov|china|compat)?"
# Old buckets of us-east-1 have upper case and underscores: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET_URL: Final = re.compile(rf"\b(?i:{_S3})://([A-Za-z0-9][A-Za-z0-9._-]{{1,253}}[A-Za-z0-9])(?![A-Za-z0-9._$-])")
_URL: Final = re.compile(rf"\b(?:[a-z][a-z0-9+.]*:)*(?!{_S3}:)[a-z][a-z0-9+.]*://[^\s\"'<>\\|;,]+", re.IGNORECASE)
_MAIL: Final = re.compile(r"(?<![\w.+:/-])[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w/:])", re.IGNORECASE)
_MAIL_URL: Final = re.compile(r"\bmailto:([\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
# A bucket of Google Cloud Storage, as its host: https://cloud.google.com/storage/docs/request-endpoints
_GOOGLE_BUCKET: Final = re.compile(r"\b(?i:gc?s)://([a-z0-9][a-z0-9_-]{1,61}[a-z0-9])(?![a-z0-9.$_-])")
# jdbc:oracle:thin:@host:1521:name, without the slashes of other URLs.
_JDBC_HOST: Final = re.compile(r"\bjdbc:[a-z0-9:+]+:@(?:tcps?:)?(?://)?([\w.-]+)", re.IGNORECASE)
# scp and git: user@host:path. Shares of Windows: \\host\share.
_REMOTE_HOST: Final = re.compile(r"(?<![\w.+:/-])[\w.+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,}):(?!//)", re.IGNORECASE)
_SHARE_HOST: Final = re.compile(r"\\\\((?:[a-z0-9-]+\.)+[a-z]{2,})\\", re.IGNORECASE)
# A server with its port, alone or in a list: b-1.example:9092,b-2.example:9092.
_SERVER: Final = re.compile(
    r"(?<![^\s,;=\"'])((?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+|\d{1,3}(?:\.\d{1,3}){3}):[1-9]\d{1,4}(?![^\s,;\"'])",
    re.IGNORECASE,
)
_ECR_IMAGE: Final = re.compile(
    r"(?<![\w.-])\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)/[^\s\"',;$]*"
)
# Addresses of examples stand for public ones: https://www.rfc-editor.org/rfc/rfc5737, https://www.rfc-editor.org/rfc/rfc3849
_EXAMPLES: Final = tuple(
    ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
# IPv4 addresses as numbers, octal, or with fewer parts: https://url.spec.whatwg.org/#concept-ipv4-parser
_NUMBERS: Final = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}")
_PHONE: Final = re.compile(r"\+[0-9]{8,15}")
CANONICAL_USER: Final = re.compile(r"[0-9a-f]{64}")
_HOST: Final = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+", re.IGNORECASE)
_ANY_BUCKET_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
BUCKET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# Virtual-hosted and path-style addresses: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html,
# https://docs.aws.amazon.com/general/latest/gr/s3.html, https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration.html
_S3_HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9._-]*)\.)?s3(?:-website|-fips|-accelerate|-external-1|express-[a-z0-9-]+)?"
    r"(?:[.-](?:dualstack[.-])?[a-z]{2}(?:-[a-z]+)+-\d)?(?:\.dualstack)?\.amazonaws\.com(?:\.cn)?"
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
_ACCESS_POINT_HOST: Final = re.compile(
    r"[a-z0-9-]+-([0-9]{12})\.s3-(?:accesspoint|object-lambda|outposts)(?:-fips)?\..+\.amazonaws\.com(?:\.cn)?"
)
_SQS_HOST: Final = re.compile(r"sqs\..+|(?:.+\.)?queue\.amazonaws\.com(?:\.cn)?")
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
        yield from ((Kind.HOST, f"{found}.storage.googleapis.com") for found in _GOOGLE_BUCKET.findall(text))
        for url in _URL.findall(text):
            yield from in_url(url)
    if "@" in text:
        yield from ((Kind.MAIL, found) for found in (*_MAIL.findall(text), *_MAIL_URL.findall(text)))
        named = (*_JDBC_HOST.findall(text), *_REMOTE_HOST.findall(text))
        yield from ((Kind.HOST, found.lower()) for found in named if _is_public(found.lower()))
    if text.startswith("//"):
        yield from in_url(f"https:{text}")
    if "\\\\" in text:
        yield from ((Kind.HOST, found.lower()) for found in _SHARE_HOST.findall(text) if _is_public(found.lower()))
    if ":" in text:
        servers = (found.lower() for found in _SERVER.findall(text))
        yield from ((Kind.HOST, found) for found in servers if _is_public(found))
    if ".dkr" in text:
        yield from ((Kind.IMAGE, found) for found in _ECR_IMAGE.findall(text))
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
    """Hosts of a list such as `b-1.example:9096,b-2.example:9096`, of a DNS record, or of a URL without a scheme."""
    if "://" in text:
        return
    for item in text.replace(",", " ").split():
        server = item.partition("/")[0].lower()
        host = server if _is_public_address(server) else server.partition(":")[0].rstrip(".")
        if (_HOST.fullmatch(host) and not _INTERNAL.fullmatch(host)) or _is_public_address(host):
            yield Kind.HOST, host


def in_url(url: str) -> Iterator[tuple[Kind, str]]:
    """The bucket, account or host of a URL."""
    try:
        # jdbc:postgresql://host/db has two schemes; a comma separates hosts.
        parts = urlsplit(url[url.rindex(":", 0, url.index("://")) + 1 :] if ":" in url[: url.index("://")] else url)
        host = unquote(parts.hostname or "").rstrip(".")
    except ValueError:
        return
    if _NUMBERS.fullmatch(host):
        with suppress(OSError):
            host = socket.inet_ntoa(socket.inet_aton(host))
    point = _ACCESS_POINT_HOST.fullmatch(host)
    if point:
        yield Kind.ACCOUNT, point[1]
        return
    s3 = _S3_HOST.fullmatch(host)
    if s3:
        bucket = s3["bucket"] or parts.path.strip("/").partition("/")[0]
        if _ANY_BUCKET_NAME.fullmatch(bucket):
            yield Kind.BUCKET, bucket
        return
    queue = _SQS_PATH.fullmatch(parts.path) if _SQS_HOST.fullmatch(host) else None
    if queue:
        yield Kind.ACCOUNT, queue[1]
    elif _is_public(host) or not host.isascii():
        yield Kind.HOST, host


def _is_public(host: str) -> bool:
    name = host.removeprefix("*.")
    is_name = _HOST.fullmatch(name) and not _INTERNAL.fullmatch(name) and not _NAMESPACES.match(name)
    return bool(is_name) or _is_public_address(host)


def _is_public_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global or any(address in one for one in _EXAMPLES)
