"""Random-looking texts: secrets without a known format or name.

Entropy alone reports identifiers, hashes and file names. A text counts only if its characters also change class as
often as those of a random text: `AWSServiceRoleForLakeFormation` does not, `mK7vQ2pXz9LfT4wB` does.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from typing import Final

_CANDIDATE: Final = re.compile(r"(?<![\w+/=.:-])[A-Za-z0-9+/_-]{20,128}={0,2}(?![\w+/=.:-])")
_HEXADECIMAL: Final = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")
_WORD: Final = re.compile(r"[A-Z]?[a-z]{3,}")
_CLASSES: Final = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))
# Names of values that are random and public.
_PUBLIC: Final = re.compile(
    r"(?i)hash|sha\d|md5|checksum|digest|etag|finger_?print|thumb_?print|public|certificate|ssh_key|version|nonce|serial"
    r"|csr|crl|(?:^|_)ca(?:_|$)|signature_?key|content|definition|zone|(?:ssl|tls|security)_policy"
)
_PUBLIC_KEY: Final = re.compile(
    r"\b(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-\S+@openssh\.com)\s+[A-Za-z0-9+/]+={0,2}"
)
"""Public key of a user or host, as in `authorized_keys`."""
_MINIMUM_BITS: Final = 3.9
"""Shannon entropy per character; words and identifiers of this length stay below it."""
_MINIMUM_CHANGES: Final = 0.4
"""Share of neighbouring characters of different class; 0.63 on average in random base64."""


def random_text(name: str, text: str) -> str | None:
    """The first random-looking word of a named text; None if there is none."""
    if len(text) < 20 or _PUBLIC.search(name):
        return None
    text = _PUBLIC_KEY.sub("", text) if "ss" in text else text
    return next((word for word in _CANDIDATE.findall(text) if _is_random(word.rstrip("="))), None)


def _is_random(word: str) -> bool:
    if _HEXADECIMAL.fullmatch(word) or "/" in word[:1] or not all(part.search(word) for part in _CLASSES):
        return False
    kinds = [_kind(character) for character in word]
    if sum(map(len, _WORD.findall(word))) * 2 >= len(word):
        return False  # a name in camel case: `AmazonS3ReadOnlyAccess`
    changes = sum(left != right for left, right in itertools.pairwise(kinds))
    return changes / (len(word) - 1) >= _MINIMUM_CHANGES and _entropy(word) >= _MINIMUM_BITS


def _kind(character: str) -> int:
    return 0 if character.islower() else 1 if character.isupper() else 2 if character.isdigit() else 3


def _entropy(text: str) -> float:
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
