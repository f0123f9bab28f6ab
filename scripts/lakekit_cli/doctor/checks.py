"""Prerequisite checks of `lakekit doctor`, one function per check."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lakekit.errors import LakekitError
from lakekit_cli.toolchain import (
    ToolError,
    find_cdktf,
    find_node,
    find_terraform,
    gate_path,
    project_root,
    provider_source,
)
from lakekit_cli.toolchain.local_cloud import local_cloud as local_cloud_of

OK, WARNING, MISSING = "ok", "warning", "missing"
# End-of-life releases of Node.js (nodejs.org/en/about/previous-releases), and the first that cdktf-cli fails on.
NODE_END_OF_LIFE = 20
NODE_WITHOUT_PTY_SUPPORT = 24


@dataclass(frozen=True)
class Check:
    """Result of one check.

    Attributes:
        name: Name of the prerequisite.
        state: `ok`, `warning` or `missing`; only `missing` leads to exit code 4.
        detail: Version, path or problem.
        fix: How to fix the problem.
    """

    name: str
    state: str
    detail: str
    fix: str = ""


def all_checks() -> Iterator[Check]:
    """Run the checks one by one and yield their results."""
    for name, check in _CHECKS.items():
        try:
            yield check()
        except LakekitError as error:
            yield Check(name, MISSING, error.problem, error.fix or "")
        except Exception as error:
            yield Check(name, MISSING, f"{type(error).__name__}: {error}", "reinstall lakekit")


def python() -> Check:
    """Report the interpreter; versions before 3.11 cannot start this command."""
    found = f"{sys.version.split()[0]} ({sys.executable})"
    return Check("python", OK, found)


def packages() -> Check:
    """Check that the required packages are installed in the required versions."""
    from packaging.requirements import Requirement

    wrong, count = [], 0
    for text in importlib.metadata.requires("lakekit") or []:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        count += 1
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{requirement} is not installed")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} {version} does not match {requirement.specifier}")
    if wrong:
        return Check("packages", MISSING, "; ".join(wrong), "pip install lakekit (in this repository: make setup)")
    return Check("packages", OK, f"lakekit {importlib.metadata.version('lakekit')} and its {count} requirements")


def node() -> Check:
    """Check Node.js."""
    tool = find_node()
    if tool.version[0] >= NODE_WITHOUT_PTY_SUPPORT:
        return Check("node", WARNING, str(tool), "cdktf-cli 0.21 has no terminal support on Node.js 24: use 20 or 22")
    if tool.version[0] <= NODE_END_OF_LIFE:
        return Check("node", OK, f"{tool}; Node.js {tool.version[0]} is end-of-life, 22 or later is recommended")
    return Check("node", OK, str(tool))


def cdktf_cli() -> Check:
    """Check the cdktf command line."""
    tool = find_cdktf(_root())
    if tool.version[:2] != (0, 21):
        return Check("cdktf", WARNING, str(tool), "the cdktf library is 0.21.0: npm install cdktf-cli@0.21.0")
    return Check("cdktf", OK, str(tool))


def terraform() -> Check:
    """Check Terraform."""
    return Check("terraform", OK, str(find_terraform()))


def gate_command() -> Check:
    """Check the console script of the plan gate."""
    return Check("plan gate", OK, str(gate_path()))


def providers() -> Check:
    """Check that the source of the Terraform providers can be reached."""
    source = provider_source(_root() / ".lakekit")
    if source.mirrors or not source.variables:
        return Check("providers", OK, source.description)
    import urllib.error
    import urllib.request

    url = "https://registry.terraform.io/.well-known/terraform.json"
    try:
        with urllib.request.urlopen(url, timeout=5):
            return Check("providers", OK, f"{source.description} (reachable)")
    except (OSError, urllib.error.URLError) as error:
        return Check(
            "providers", MISSING, f"{source.description} is not reachable: {error}",
            "allow registry.terraform.io, or set LAKEKIT_PLUGIN_MIRROR to a mirror (terraform providers mirror)",
        )  # fmt: skip


def bindings() -> Check:
    """Start jsii and fill its cache; without it the first synthesis is slow."""
    from lakekit.bindings import warm_up

    start = time.monotonic()
    warm_up()
    return Check("bindings", OK, f"jsii starts, cache is warm ({time.monotonic() - start:.1f} s)")


def rule_engine() -> Check:
    """Start the rule engine and load the rules."""
    from lakekit_policies import Gate
    from lakekit_policies.pack.load import load_pack

    start = time.monotonic()
    gate = Gate.start()
    try:
        loaded = load_pack()
        gate.wait()
    finally:
        gate.close()
    counts = f"{len(loaded.own_rules)} Lakekit rules, {len(loaded.checkov)} checkov rules"
    return Check("gate", OK, f"{counts} ({time.monotonic() - start:.1f} s)")


def local_cloud() -> Check:
    """Check the packages of the local cloud and whether it is running."""
    try:
        status = local_cloud_of(_root()).status()
    except ImportError as error:
        return Check("local cloud", WARNING, str(error), "pip install 'lakekit[local]'; only `local` needs it")
    state = f"running at {status.endpoint}" if status.running else "stopped; lakekit local up starts it"
    return Check("local cloud", OK, state)


def credentials() -> Check:
    """Check that AWS credentials are configured; their values are not read."""
    if os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"):
        return Check("credentials", OK, "from the environment variables")
    files = [Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials").expanduser()]
    files.append(Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser())
    found = [file for file in files if file.is_file() and file.stat().st_size]
    if found or any(name.startswith("AWS_CONTAINER_CREDENTIALS") for name in os.environ):
        return Check("credentials", OK, ", ".join(map(str, found)) or "from the container")
    fix = "run aws sso login or set AWS_PROFILE; `local` needs none"
    return Check("credentials", WARNING, "no AWS credentials", fix)


def _root() -> Path:
    root = project_root()
    if root is None:
        raise ToolError("no cdktf.json in this folder or its parents", fix="run the command inside a Lakekit project")
    return root


_CHECKS: dict[str, Callable[[], Check]] = {
    "python": python,
    "packages": packages,
    "node": node,
    "cdktf": cdktf_cli,
    "terraform": terraform,
    "plan gate": gate_command,
    "providers": providers,
    "bindings": bindings,
    "gate": rule_engine,
    "local cloud": local_cloud,
    "credentials": credentials,
}
