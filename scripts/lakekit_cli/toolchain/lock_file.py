"""Read the provider versions of a Terraform lock file."""

from __future__ import annotations

import re
from pathlib import Path

from lakekit_policies.shared.regular_file import read_regular_text

_LOCKED = re.compile(r'provider "[^"]*/([^"/]+/[^"/]+)" \{\s*version\s*=\s*"([^"]+)"')


def locked_providers(folder: Path) -> dict[str, str]:
    """Return source (`hashicorp/aws`) and version of every provider in `.terraform.lock.hcl`; empty without one."""
    try:
        return dict(_LOCKED.findall(read_regular_text(folder / ".terraform.lock.hcl")))
    except (OSError, UnicodeDecodeError):
        return {}
