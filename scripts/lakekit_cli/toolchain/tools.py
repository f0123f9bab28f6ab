"""Locate Terraform, Node.js, cdktf and the gate, and check their versions."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lakekit_policies.shared.regular_file import read_regular_text

from .errors import ToolError

TERRAFORM_VARIABLE = "LAKEKIT_TERRAFORM"
GATE_NAME = "lakekit-terraform"

# Terraform 1.10 introduced S3 state locking without a DynamoDB table (`use_lockfile`).
TERRAFORM_MINIMUM = (1, 10, 0)
# cdktf-cli 0.21.0, package.json "engines".
NODE_MINIMUM = (18, 0, 0)


@dataclass(frozen=True)
class Tool:
    """An installed program.

    Attributes:
        name: Product name.
        path: Path of the executable.
        version: Version as numbers.
    """

    name: str
    path: Path
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(map(str, self.version))} ({self.path})"


def terraform_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of Terraform: `LAKEKIT_TERRAFORM`, else `terraform` on the PATH.

    Raises:
        ToolError: It was not found, or the variable names the gate itself.
    """
    named = environ.get(TERRAFORM_VARIABLE)
    found = shutil.which(named or "terraform", path=environ.get("PATH"))
    if found is None:
        raise ToolError(
            f"Terraform was not found: {TERRAFORM_VARIABLE}={named} is not an executable"
            if named
            else "Terraform was not found on the PATH",
            where="toolchain",
            fix="install Terraform 1.10 or later (developer.hashicorp.com/terraform/install), "
            f"or set {TERRAFORM_VARIABLE} to its path",
        )
    if Path(found).resolve().name == GATE_NAME:
        raise ToolError(
            f"{TERRAFORM_VARIABLE} is set to {GATE_NAME}, which would call itself endlessly",
            where="toolchain",
            fix=f"set {TERRAFORM_VARIABLE} to Terraform and TERRAFORM_BINARY_NAME to {GATE_NAME}",
        )
    # Absolute, but symlinks are kept: version managers choose by the name they are called by.
    return Path(found).absolute()


def find_terraform(environ: Mapping[str, str] = os.environ) -> Tool:
    """Locate Terraform or OpenTofu 1.10 or later.

    Raises:
        ToolError: It is missing, does not start, or is too old.
    """
    path = terraform_path(environ)
    output = _output_of([str(path), "version", "-json"], environ)
    try:
        text = str(json.loads(output)["terraform_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise ToolError(
            f"`{path} version -json` did not print a version: {output[:200]!r}",
            where="toolchain",
            fix=f"set {TERRAFORM_VARIABLE} to a working Terraform",
        ) from error
    return _require_version(Tool("Terraform", path, _numbers(text)), TERRAFORM_MINIMUM, "for S3 state locking")


def find_node(environ: Mapping[str, str] = os.environ) -> Tool:
    """Locate Node.js 18 or later.

    Raises:
        ToolError: It is missing, does not start, or is too old.
    """
    found = shutil.which("node", path=environ.get("PATH"))
    if found is None:
        raise ToolError(
            "Node.js was not found on the PATH",
            where="toolchain",
            fix="install Node.js 20 or 22 (nodejs.org); cdktf and its Python bindings run on it",
        )
    path = Path(found).absolute()
    tool = Tool("Node.js", path, _numbers(_output_of([found, "--version"], environ)))
    return _require_version(tool, NODE_MINIMUM, "for cdktf")


def cdktf_path(root: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the cdktf command line: that of the project, else the one on the PATH.

    Raises:
        ToolError: It was not found.
    """
    own = root / "node_modules" / ".bin" / "cdktf"
    found = str(own) if own.exists() else shutil.which("cdktf", path=environ.get("PATH"))
    if found is None:
        raise ToolError(
            "the cdktf command line was not found in node_modules/.bin of the project or on the PATH",
            where=str(root),
            fix="run `npm ci` in the project, or `npm install --global cdktf-cli@0.21.0`",
        )
    return Path(found)


def find_cdktf(root: Path, environ: Mapping[str, str] = os.environ) -> Tool:
    """Locate the cdktf command line; read its version from package.json, because starting it takes a second.

    Raises:
        ToolError: It was not found.
    """
    path = cdktf_path(root, environ)
    package = next((up / "package.json" for up in path.resolve().parents if (up / "package.json").is_file()), None)
    text = str(json.loads(read_regular_text(package)).get("version", "")) if package else ""
    return Tool("cdktf", path, _numbers(text))


def gate_path() -> Path:
    """Return the path of `lakekit-terraform`, the value for `TERRAFORM_BINARY_NAME`.

    Raises:
        ToolError: It is not installed.
    """
    own = Path(sysconfig.get_path("scripts")) / GATE_NAME
    found = str(own) if own.exists() else shutil.which(GATE_NAME, path=str(Path(sys.executable).parent))
    if found is None:
        raise ToolError(
            f"{GATE_NAME} is not installed next to {sys.executable}",
            where="toolchain",
            fix="install the distribution: pip install lakekit (in this repository: make setup)",
        )
    return Path(found)


def _output_of(command: list[str], environ: Mapping[str, str]) -> str:
    quiet = {**environ, "CHECKPOINT_DISABLE": "1"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=quiet)
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolError(
            f"`{' '.join(command)}` failed: {error}",
            where="toolchain",
            fix="reinstall the program, or put a working one first on the PATH",
        ) from error
    return done.stdout


def _numbers(text: str) -> tuple[int, ...]:
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(part) for part in match.groups()) if match else ()


def _require_version(tool: Tool, minimum: tuple[int, ...], purpose: str) -> Tool:
    if tool.version < minimum:
        raise ToolError(
            f"{tool} is too old: {'.'.join(map(str, minimum))} or later is required {purpose}",
            where="toolchain",
            fix=f"install a newer {tool.name}",
        )
    return tool
