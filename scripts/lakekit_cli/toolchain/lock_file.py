"""Read the provider versions of a Terraform lock file."""

from __future__ import annotations

import re
from pathlib import Path

_LOCKED = re.compile(r'provider "[^"]*/([^"/]+/[^"/]+)" \{\s*version\s*=\s*"([^"]+)"')


def locked_providers(folder: Path) -> dict[str, str]:
    """Return source (`hashicorp/aws`) and version of every provider in `.terraform.lock.hcl`; empty without one."""
    try:
        return dict(_LOCKED.findall((folder / ".terraform.lock.hcl").read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return {}
