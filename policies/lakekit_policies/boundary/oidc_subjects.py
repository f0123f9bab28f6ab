"""Subjects of OIDC tokens: which part of a pattern names their owner."""

from __future__ import annotations

import re
from typing import Final

_WILDCARD: Final = re.compile(r"[*?]")
# Beginnings that all subjects of a provider have: GitHub, GitLab, HCP Terraform, Kubernetes, Bitbucket, Buildkite.
_PREFIXES: Final = (
    "system:serviceaccount:",
    "repo:",
    "project_path:",
    "organization:",
    "repository_owner:",
    "organization/",
)


def names_owner(pattern: str) -> bool:
    """Whether a pattern fixes the owner of its subjects: ``repo:acme/*`` does, ``repo:*`` and ``repo:acme*`` do not.

    The owner is the first part after the prefix of the provider; a wildcard directly behind it would include owners
    with a longer name.
    """
    literal = _WILDCARD.split(pattern, maxsplit=1)[0]
    is_exact = literal == pattern
    rest = next((literal.removeprefix(prefix) for prefix in _PREFIXES if literal.startswith(prefix)), literal)
    owner, delimiter, _ = re.split(r"([/:@])", rest, maxsplit=1) if re.search(r"[/:@]", rest) else (rest, "", "")
    return bool(owner) and (bool(delimiter) or is_exact)
