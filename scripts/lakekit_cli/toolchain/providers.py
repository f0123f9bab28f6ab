"""Choose the Terraform CLI configuration of a run: the user's, a generated one with mirrors, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lakekit_policies.shared.regular_file import read_regular_text

from .mirrors import AWS_PROVIDER, MIRROR_VARIABLE, Mirror, cli_configuration, find_mirrors

CONFIGURATION_VARIABLE = "TF_CLI_CONFIG_FILE"


@dataclass(frozen=True)
class ProviderSource:
    """Source of the Terraform providers.

    Attributes:
        description: The source in one line.
        variables: Environment variables that a run must set.
        mirrors: Mirrors in use; empty for the registry or the user's own configuration.
    """

    description: str
    variables: Mapping[str, str]
    mirrors: tuple[Mirror, ...] = ()


def provider_source(private: Path, environ: Mapping[str, str] = os.environ) -> ProviderSource:
    """Return the provider source; write `terraform.rc` to `private` if a mirror is used.

    An existing configuration of the user is kept, unless `LAKEKIT_PLUGIN_MIRROR` is set.
    """
    own = _users_configuration(environ)
    if own and not environ.get(MIRROR_VARIABLE):
        return ProviderSource(f"your Terraform CLI configuration {own}", {})
    mirrors = find_mirrors(environ)
    outside = [mirror for mirror in mirrors if not mirror.implied]
    if not any(AWS_PROVIDER in mirror.providers or mirror.named for mirror in outside):
        if any(AWS_PROVIDER in mirror.providers for mirror in mirrors):
            return ProviderSource("an implied local mirror of Terraform", {}, tuple(mirrors))
        return ProviderSource("the Terraform registry", _plugin_cache(environ))
    # A configuration that lists sources turns off the implied mirrors: list them too.
    file = _write(private / "terraform.rc", cli_configuration(mirrors))
    return ProviderSource(
        f"the mirror {', '.join(str(mirror.path) for mirror in mirrors)}",
        # cdktf would set up a plugin cache in the home folder, which a mirror makes unnecessary.
        {CONFIGURATION_VARIABLE: str(file), "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "1"},
        tuple(mirrors),
    )


def _users_configuration(environ: Mapping[str, str]) -> Path | None:
    named = environ.get(CONFIGURATION_VARIABLE) or environ.get("TERRAFORM_CONFIG")
    if named:
        return Path(named) if Path(named).is_file() else None
    default = Path(environ.get("HOME") or Path.home()) / ".terraformrc"
    return default if default.is_file() else None


def _plugin_cache(environ: Mapping[str, str]) -> dict[str, str]:
    """Return cdktf's plugin cache, so that runs without cdktf also download each provider once for all stacks."""
    if environ.get("TF_PLUGIN_CACHE_DIR"):
        return {}
    cache = Path(environ.get("HOME") or Path.home()) / ".terraform.d" / "plugin-cache"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return {}
    return {"TF_PLUGIN_CACHE_DIR": str(cache)}


def _write(file: Path, text: str) -> Path:
    """Write the file atomically: parallel stacks write it at the same time."""
    if not file.is_file() or read_regular_text(file) != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".terraform.rc-")
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
        Path(name).replace(file)
    return file
