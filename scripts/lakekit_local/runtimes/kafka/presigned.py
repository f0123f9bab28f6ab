"""Signed requests with which clients of MSK authenticate.

AWS_MSK_IAM sends the parts of a presigned request as JSON, OAUTHBEARER a presigned URL in base64. Sources:
aws-msk-iam-auth (payload, version 2020_10_22), aws-msk-iam-sasl-signer-python (URL), and "Create a signed AWS API
request" of the IAM User Guide (Signature Version 4).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

ACTION: Final = "kafka-cluster:Connect"
SERVICE: Final = "kafka-cluster"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_VERSION: Final = "2020_10_22"
_MOST_SECONDS: Final = 900
_SKEW: Final = timedelta(minutes=5)
_MOST_CHARACTERS: Final = 64 * 1024
_EMPTY: Final = hashlib.sha256(b"").hexdigest()


class InvalidRequestError(Exception):
    """A request is not signed as MSK requires."""


@dataclass(frozen=True, slots=True)
class PresignedRequest:
    """A request to connect.

    Attributes:
        host: the host that is signed.
        parameters: the parameters that are signed, without the signature.
        signature: the signature.
    """

    host: str
    parameters: Mapping[str, str]
    signature: str

    @classmethod
    def of_payload(cls, payload: str) -> PresignedRequest:
        """Read the payload of AWS_MSK_IAM.

        Raises:
            InvalidRequestError: it is not such a payload.
        """
        try:
            given: Any = json.loads(payload) if len(payload) <= _MOST_CHARACTERS else None
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
            raise InvalidRequestError("the payload is not a JSON object of texts")
        if given.get("version") != _VERSION:
            raise InvalidRequestError(f"the version of the payload is not {_VERSION}")
        names = {"action": "Action", **{name: _title(name) for name in given if name.startswith("x-amz-")}}
        parameters = {names[name]: value for name, value in given.items() if name in names}
        return cls._of(given.get("host", ""), parameters)

    @classmethod
    def of_token(cls, token: str) -> PresignedRequest:
        """Read a bearer token.

        Raises:
            InvalidRequestError: it is not a presigned URL in base64.
        """
        try:
            padded = token + "=" * (-len(token) % 4)
            url = urlsplit(base64.urlsafe_b64decode(padded.encode()).decode())
            pairs = parse_qsl(url.query, keep_blank_values=True, strict_parsing=True)
        except (ValueError, binascii.Error) as error:
            raise InvalidRequestError("the token is not a presigned URL in base64") from error
        # Added after signing.
        signed = [(name, value) for name, value in pairs if name != "User-Agent"]
        if url.scheme != "https" or url.path not in ("", "/") or len(dict(signed)) != len(signed):
            raise InvalidRequestError("the token is not a presigned URL of MSK")
        return cls._of(url.netloc, dict(signed))

    @classmethod
    def _of(cls, host: str, parameters: dict[str, str]) -> PresignedRequest:
        signature = parameters.pop("X-Amz-Signature", "")
        made = cls(host, parameters, signature)
        if not host or not signature or parameters.get("Action") != ACTION:
            raise InvalidRequestError(f"host, signature or Action={ACTION} is missing")
        if parameters.get("X-Amz-Algorithm") != _ALGORITHM or parameters.get("X-Amz-SignedHeaders") != "host":
            raise InvalidRequestError(f"it is not signed with {_ALGORITHM} over the header host")
        if len(made._scope) != 5 or made._scope[3:] != (SERVICE, "aws4_request"):
            raise InvalidRequestError(f"the scope of the credentials is not that of the service {SERVICE}")
        return made

    @property
    def access_key(self) -> str:
        """Access key of the caller."""
        return self._scope[0]

    @property
    def region(self) -> str:
        """Region that is signed."""
        return self._scope[2]

    @property
    def session_token(self) -> str:
        """Session token of the caller; empty for the key of a user."""
        return self.parameters.get("X-Amz-Security-Token", "")

    @property
    def _scope(self) -> tuple[str, ...]:
        return tuple(self.parameters.get("X-Amz-Credential", "").split("/"))

    def check(self, secret: str, now: datetime | None = None) -> None:
        """Check time and signature.

        Args:
            secret: secret access key of the caller.
            now: the time; the current one by default.

        Raises:
            InvalidRequestError: it has expired, is not valid yet, or is signed with another key.
        """
        current = now or datetime.now(UTC)
        try:
            signed = datetime.strptime(self.parameters["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            seconds = int(self.parameters["X-Amz-Expires"])
        except (KeyError, ValueError) as error:
            raise InvalidRequestError("X-Amz-Date or X-Amz-Expires is missing or not valid") from error
        if not 0 < seconds <= _MOST_SECONDS:
            raise InvalidRequestError(f"X-Amz-Expires is not from 1 to {_MOST_SECONDS} seconds")
        if not signed - _SKEW <= current <= signed + timedelta(seconds=seconds):
            raise InvalidRequestError("the signature has expired, or is not valid yet")
        if self._scope[1] != f"{signed:%Y%m%d}":
            raise InvalidRequestError("the date of the credentials is not that of the signature")
        if not hmac.compare_digest(self._signature(secret), self.signature):
            raise InvalidRequestError("the signature is not that of the secret access key")

    def _signature(self, secret: str) -> str:
        query = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(self.parameters.items()))
        request = "\n".join(("GET", "/", query, f"host:{self.host}", "", "host", _EMPTY))
        scope = "/".join(self._scope[1:])
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = "\n".join((_ALGORITHM, self.parameters["X-Amz-Date"], scope, digest))
        key = f"AWS4{secret}".encode()
        for part in (*self._scope[1:], text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key.hex()


def _title(name: str) -> str:
    """`X-Amz-SignedHeaders` for `x-amz-signedheaders`."""
    known = {"x-amz-signedheaders": "X-Amz-SignedHeaders"}
    return known.get(name, "-".join(part.capitalize() for part in name.split("-")))


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
