"""Which Terraform CLI configuration a run uses: the user's, ours with a mirror, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .mirrors import AWS_PROVIDER, MIRROR_VARIABLE, Mirror, cli_configuration, find_mirrors

CONFIGURATION_VARIABLE = "TF_CLI_CONFIG_FILE"


@dataclass(frozen=True)
class ProviderSource:
    """Where providers come from.

    Attributes:
        description: the source in one line.
        variables: what a run has to set.
        mirrors: the mirrors in use; empty means the registry, or what the user's own configuration says.
    """

    description: str
    variables: Mapping[str, str]
    mirrors: tuple[Mirror, ...] = ()


def provider_source(private: Path, environ: Mapping[str, str] = os.environ) -> ProviderSource:
    """Decide, and write `terraform.rc` into `private` if a mirror is used.

    A configuration of the user's that exists is left alone, unless `LAKEKIT_PLUGIN_MIRROR` names a mirror.
    """
    own = _users_configuration(environ)
    if own and not environ.get(MIRROR_VARIABLE):
        return ProviderSource(f"as your own {own} says (left alone)", {})
    mirrors = find_mirrors(environ)
    outside = [mirror for mirror in mirrors if not mirror.implied]
    if not any(AWS_PROVIDER in mirror.providers or mirror.named for mirror in outside):
        if any(AWS_PROVIDER in mirror.providers for mirror in mirrors):
            return ProviderSource("a local mirror that Terraform finds by itself", {}, tuple(mirrors))
        return ProviderSource("the Terraform registry", _plugin_cache(environ))
    # Once a configuration names its sources, Terraform stops searching the implied places: name them too.
    file = _write(private / "terraform.rc", cli_configuration(mirrors))
    return ProviderSource(
        f"the mirror {', '.join(str(mirror.path) for mirror in mirrors)}",
        # cdktf would point a plugin cache into the home folder: with a mirror that is one more link to break.
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
    """cdktf's own choice, for the runs of ours that do not go through cdktf: one download for all stacks."""
    if environ.get("TF_PLUGIN_CACHE_DIR"):
        return {}
    cache = Path(environ.get("HOME") or Path.home()) / ".terraform.d" / "plugin-cache"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return {}
    return {"TF_PLUGIN_CACHE_DIR": str(cache)}


def _write(file: Path, text: str) -> Path:
    """Replace at once: several stacks write the same file at the same time."""
    if not file.is_file() or file.read_text() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".terraform.rc-")
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
        Path(name).replace(file)
    return file
