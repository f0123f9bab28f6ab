"""Parts of ARNs and of names that contain an account id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
_ECR: Final = re.compile(r"^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)/")


@dataclass(frozen=True, slots=True)
class Arn:
    """``arn:partition:service:region:account:resource``; parts may contain wildcards."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def is_account(text: str) -> bool:
    """Whether a text is an account id: 12 digits."""
    return _ACCOUNT.fullmatch(text) is not None


def parse(text: str) -> Arn | None:
    """The parts of an ARN; None for other texts, and for patterns that do not have all six parts.

    Colons inside of an interpolation (``${aws:PrincipalTag/team}``) do not separate parts.
    """
    if not text.startswith("arn:"):
        return None
    parts = _split(text)
    return Arn(*parts[1:6]) if len(parts) == 6 else None


def ecr_account(image: str) -> str:
    """Account id of the private ECR registry of an image; empty for other registries."""
    match = _ECR.match(image.removeprefix("https://"))
    return match[1] if match else ""


def _split(text: str) -> list[str]:
    parts, start, depth = list[str](), 0, 0
    for index, character in enumerate(text):
        if text.startswith("${", index):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif character == ":" and not depth:
            parts.append(text[start:index])
            start = index + 1
            if len(parts) == 5:
                break
    return [*parts, text[start:]]
