"""Folders that hold Terraform providers, so that `terraform init` need not download 700 MB per machine."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ToolError

MIRROR_VARIABLE = "LAKEKIT_PLUGIN_MIRROR"
AWS_PROVIDER = "registry.terraform.io/hashicorp/aws"
# Conventional system-wide places that Terraform does not search by itself.
SYSTEM_PATTERNS = ("*/registry.terraform.io/hashicorp", "*/*/registry.terraform.io/hashicorp")
SYSTEM_ROOTS = ("/opt", "/usr/lib", "/usr/local/lib", "/srv")


@dataclass(frozen=True)
class Mirror:
    """A filesystem mirror and the providers in it that fit this machine.

    Attributes:
        path: the folder that holds the registry hosts' folders.
        providers: their addresses, such as `registry.terraform.io/hashicorp/aws`.
        implied: Terraform searches it by itself when no CLI configuration says otherwise.
        named: the user named it in `LAKEKIT_PLUGIN_MIRROR`.
    """

    path: Path
    providers: tuple[str, ...]
    implied: bool = False
    named: bool = False


def find_mirrors(environ: Mapping[str, str] = os.environ, roots: Iterable[str] | None = None) -> list[Mirror]:
    """Every mirror that holds a provider for this platform; the one the user named comes first.

    Args:
        environ: where variables are read.
        roots: system-wide folders that are searched by pattern; the conventional ones by default.

    Raises:
        ToolError: `LAKEKIT_PLUGIN_MIRROR` names a folder without a provider for this platform.
    """
    found: dict[Path, Mirror] = {}

    def add(path: Path, *, implied: bool = False, named: bool = False) -> None:
        if path.resolve() not in found and (providers := _providers(path)):
            found[path.resolve()] = Mirror(path, providers, implied=implied, named=named)

    named = environ.get(MIRROR_VARIABLE)
    if named:
        add(Path(named).expanduser(), named=True)
        if not found:
            raise ToolError(
                f"{MIRROR_VARIABLE}={named} holds no provider for {_platform()}",
                where="toolchain",
                fix="name a folder laid out as <host>/<namespace>/<type>/<version>/<os>_<arch>/ "
                f"(`terraform providers mirror FOLDER` makes one), or unset {MIRROR_VARIABLE}",
            )
    for place in implied_mirror_directories(environ):
        add(place, implied=True)
    for root in SYSTEM_ROOTS if roots is None else roots:
        for pattern in SYSTEM_PATTERNS:
            for place in sorted(Path(root).glob(pattern)):
                add(place.parent.parent)
    return list(found.values())


def implied_mirror_directories(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Where Terraform looks by itself (its documentation, "Implied Local Mirror Directories")."""
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return [
            home / ".terraform.d/plugins",
            home / "Library/Application Support/io.terraform/plugins",
            Path("/Library/Application Support/io.terraform/plugins"),
        ]
    data_home = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    data_dirs = (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    return [
        home / ".terraform.d/plugins",
        *(folder / "terraform/plugins" for folder in (data_home, *map(Path, data_dirs))),
    ]


def cli_configuration(mirrors: Iterable[Mirror]) -> str:
    """A Terraform CLI configuration: the mirrors for exactly what they hold, the registry for the rest."""
    blocks = []
    mirrored: list[str] = []
    for mirror in mirrors:
        mirrored.extend(provider for provider in mirror.providers if provider not in mirrored)
        blocks.append(
            "  filesystem_mirror {\n"
            f"    path    = {_quote(str(mirror.path))}\n"
            f"    include = [{', '.join(map(_quote, mirror.providers))}]\n"
            "  }\n"
        )
    blocks.append(f"  direct {{\n    exclude = [{', '.join(map(_quote, mirrored))}]\n  }}\n")
    return "# Written by lakekit at every run; do not edit.\nprovider_installation {\n" + "".join(blocks) + "}\n"


def _providers(mirror: Path) -> tuple[str, ...]:
    target = _platform()
    try:
        return tuple(
            sorted(
                "/".join(provider.relative_to(mirror).parts)
                for provider in mirror.glob("*.*/*/*")
                if any(provider.glob(f"*/{target}")) or any(provider.glob(f"terraform-provider-*_{target}.zip"))
            )
        )
    except OSError:
        return ()


def _platform() -> str:
    machine = platform.machine().lower()
    return f"{sys.platform}_{ {'x86_64': 'amd64', 'aarch64': 'arm64'}.get(machine, machine) }"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'
