"""Immutable values that JSON lacks, each as a list of a tag and its text.

Both directions are in one table, so that what is written can be read.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import ipaddress
import re
import uuid
from collections.abc import Callable
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from lakekit_local.snapshot.errors import InvalidContentError

Encode = Callable[[Any], list[Any]]
Decode = Callable[..., Any]

_PRIVATE_KEYS: Final = (
    rsa.RSAPrivateKey,
    ec.EllipticCurvePrivateKey,
    ed25519.Ed25519PrivateKey,
    ed448.Ed448PrivateKey,
    dsa.DSAPrivateKey,
)
_PUBLIC_KEYS: Final = (
    rsa.RSAPublicKey,
    ec.EllipticCurvePublicKey,
    ed25519.Ed25519PublicKey,
    ed448.Ed448PublicKey,
    dsa.DSAPublicKey,
)


def _bytes(value: bytes) -> list[Any]:
    return [base64.b64encode(value).decode("ascii")]


def _private_key(value: Any) -> list[Any]:
    pem = value.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return [pem.decode("ascii")]


def _public_key(value: Any) -> list[Any]:
    pem = value.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return [pem.decode("ascii")]


def _load_private_key(pem: str) -> Any:
    """Load a key; check the numbers of an RSA key, but not again that its factors are prime, which takes 90 ms."""
    key = serialization.load_pem_private_key(pem.encode("ascii"), password=None, unsafe_skip_rsa_key_validation=True)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        p, q, d = numbers.p, numbers.q, numbers.d
        public = numbers.public_numbers
        is_consistent = (
            min(p, q) > 2
            and p * q == public.n
            and public.e * d % (p - 1) == 1
            and public.e * d % (q - 1) == 1
            and (numbers.dmp1, numbers.dmq1) == (d % (p - 1), d % (q - 1))
            and numbers.iqmp * q % p == 1
        )
        if not is_consistent:
            raise InvalidContentError("the numbers of an RSA key do not belong together")
    return key


def _timezone(text: str, seconds: float) -> datetime.timezone:
    return datetime.timezone(datetime.timedelta(seconds=seconds), text)


# Exact types. A datetime keeps its offset but not the class of its time zone.
ENCODERS: Final[dict[type, tuple[str, Encode]]] = {
    bytes: ("bytes", _bytes),
    bytearray: ("bytearray", _bytes),
    datetime.datetime: ("datetime", lambda value: [value.isoformat()]),
    datetime.date: ("date", lambda value: [value.isoformat()]),
    datetime.time: ("time", lambda value: [value.isoformat()]),
    datetime.timedelta: ("timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
    datetime.timezone: ("timezone", lambda value: [str(value), value.utcoffset(None).total_seconds()]),
    decimal.Decimal: ("decimal", lambda value: [str(value)]),
    complex: ("complex", lambda value: [value.real, value.imag]),
    uuid.UUID: ("uuid", lambda value: [str(value)]),
    range: ("range", lambda value: [value.start, value.stop, value.step]),
    re.Pattern: ("pattern", lambda value: [value.pattern, value.flags]),
    ipaddress.IPv4Address: ("ip", lambda value: [str(value)]),
    ipaddress.IPv6Address: ("ip", lambda value: [str(value)]),
    ipaddress.IPv4Network: ("network", lambda value: [str(value)]),
    ipaddress.IPv6Network: ("network", lambda value: [str(value)]),
}

# Types that are implemented outside Python and have no public class of their own.
INSTANCE_ENCODERS: Final[tuple[tuple[tuple[type, ...], str, Encode], ...]] = (
    (_PRIVATE_KEYS, "private_key", _private_key),
    (_PUBLIC_KEYS, "public_key", _public_key),
    (
        (x509.Certificate,),
        "certificate",
        lambda value: [value.public_bytes(serialization.Encoding.PEM).decode("ascii")],
    ),
)

DECODERS: Final[dict[str, Decode]] = {
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "bytearray": lambda text: bytearray(base64.b64decode(text, validate=True)),
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": datetime.timedelta,
    "timezone": _timezone,
    "decimal": decimal.Decimal,
    "complex": complex,
    "uuid": uuid.UUID,
    "range": range,
    "pattern": re.compile,
    "ip": ipaddress.ip_address,
    "network": ipaddress.ip_network,
    "private_key": _load_private_key,
    "public_key": lambda pem: serialization.load_pem_public_key(pem.encode("ascii")),
    "certificate": lambda pem: x509.load_pem_x509_certificate(pem.encode("ascii")),
}
