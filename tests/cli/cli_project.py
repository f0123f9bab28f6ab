"""A small project for deployments in tests: terraform_data only, synthesized by a shell script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from terminal import Terminal

from lakekit_policies.terraform.plan_gate_variable import DEPENDENCY, NAME, REQUIRED_VERSION, variable_block

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sys.executable).parent

# Terraform, except that `show -json` adds the change of change.json, or prints show.json instead.
SHIM = """#!/bin/sh
case " $* " in
  *" show -json "*)
    if [ -f show.json ]; then exec cat show.json; fi
    if [ -f change.json ]; then
      terraform "$@" | python -c 'import json, sys
plan = json.load(sys.stdin)
plan.setdefault("resource_changes", []).append(json.load(open("change.json")))
print(json.dumps(plan))'
      exit
    fi ;;
esac
exec terraform "$@"
"""

# Default package cache of jsii; `make setup` fills it.
_CACHES = Path.home() / ("Library/Caches/com.amazonaws.jsii" if sys.platform == "darwin" else ".cache/aws/jsii")
PACKAGE_CACHE = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT") or _CACHES / "package-cache"

# The only variables that commands in tests inherit. Variables of CI systems (some forty) change the output of cdktf,
# and credentials or settings of the user change results.
INHERITED = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR", "USER"}

ENVIRONMENT = """organization: acme
environment: {name}
tier: {tier}
account_id: "{account}"
region: eu-west-1
owner: data@acme.example
cost_center: cc-1
{target}governance:
  administrators: [deployer]
"""

SOON = (date.today() + timedelta(20)).isoformat()
WAIVER = """\
- policy: {policy}
  {target}
  environment: {environment}
  reason: the test project stores its state in a local file
  owner: lake@acme.example
  ticket: LAKE-1
  expires: {expires}
"""


class Project:
    """A folder with a cdktf.json whose app copies prepared stacks to the output folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environ = {
            **{name: value for name, value in os.environ.items() if name in INHERITED},
            "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(root / "home"),
            # With a new HOME jsii would unpack the providers again: half a gigabyte per test.
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(PACKAGE_CACHE),
            "TERM": "xterm",
            "COLUMNS": "160",
        }
        (root / "home").mkdir(parents=True)
        (root / "prepared").mkdir()
        (root / "node_modules").symlink_to(REPOSITORY / "node_modules")
        shim = root / "bin" / "terraform-shim"
        shim.parent.mkdir()
        shim.write_text(SHIM)
        shim.chmod(0o755)
        self.environ["LAKEKIT_TERRAFORM"] = str(shim)
        app = 'sh -c \'mkdir -p "${CDKTF_OUTDIR:-cdktf.out}" && cp -R prepared/. "${CDKTF_OUTDIR:-cdktf.out}"\''
        (root / "cdktf.json").write_text(
            json.dumps({"language": "python", "app": app, "projectId": "test", "sendCrashReports": "false"})
        )

    def environment(self, name: str, tier: str = "dev", *, local: bool = False) -> None:
        folder = self.root / "stacks/environments"
        folder.mkdir(parents=True, exist_ok=True)
        target = "target: local\nbackend: {kind: local}\n" if local else "backend: {kind: s3}\n"
        (folder / f"{name}.yaml").write_text(
            ENVIRONMENT.format(name=name, tier=tier, target=target, account="111111111111")
        )

    def stack(self, name: str, *, needs: Sequence[str] = (), tier: str = "dev", **resources: Any) -> Path:
        """Prepare a stack; return its working directory after synthesis."""
        environment, _, short = name.partition("-")
        context: dict[str, Any] = {
            "organization": "acme",
            "environment": environment,
            "tier": tier,
            "stack": short,
            "target": "aws",
        }
        context |= {"account_id": "111111111111", "region": "eu-west-1", "partition": "aws"}
        # Slow and failing resources of these tests are provisioners.
        context["trust_boundary"] = {"allowed_actions": {"provisioner": "tests of interrupts and failures"}}
        document = {
            "//": {"metadata": {"backend": "local", "stackName": name, "version": "0.21.0", "lakekit": context}},
            "terraform": {"backend": {"local": {"path": str(self.root / f"{name}.tfstate")}}},
            "variable": {"label": {"default": "one"}},
            "resource": {"terraform_data": resources or {"thing": {"input": "${var.label}"}}},
            "output": {"label": {"value": "${var.label}"}},
        }
        if tier in ("staging", "prod"):
            document["variable"][NAME] = variable_block(name)
            document["terraform"]["required_version"] = REQUIRED_VERSION
            for resource in document["resource"]["terraform_data"].values():
                resource["depends_on"] = [*resource.get("depends_on", ()), DEPENDENCY]
        folder = self.root / "prepared/stacks" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cdk.tf.json").write_text(json.dumps(document))
        if tier != "sandbox":
            self._waive_backend(name, environment)
        manifest = self.root / "prepared/manifest.json"
        known = json.loads(manifest.read_text()) if manifest.exists() else {"version": "0.21.0", "stacks": {}}
        known["stacks"][name] = {
            "name": name,
            "constructPath": name,
            "synthesizedStackPath": f"stacks/{name}/cdk.tf.json",
            "workingDirectory": f"stacks/{name}",
            "annotations": [],
            "dependencies": list(needs),
        }
        manifest.write_text(json.dumps(known))
        return self.root / "cdktf.out/stacks" / name

    def _waive_backend(self, stack: str, environment: str) -> None:
        """Waive LK_TF_4: the stacks of these tests store their state in local files."""
        file = self.root / "policies/waivers.yaml"
        known = file.read_text() if file.exists() else "waivers:\n"
        if f"path: {stack}\n" not in known:
            file.parent.mkdir(exist_ok=True)
            file.write_text(known + entry(target=f"path: {stack}", environment=environment))

    def synthesized(self, name: str, *, tier: str = "dev", **resources: Any) -> Path:
        """Synthesize and initialize a stack; return its folder, ready for `lakekit-terraform`."""
        folder = self.stack(name, tier=tier, **resources)
        subprocess.run(["cp", "-R", f"{self.root}/prepared/.", f"{self.root}/cdktf.out"], check=True)
        assert self.run("lakekit-terraform", "init", "-no-color", cwd=folder).returncode == 0
        return folder

    def state(self, name: str) -> list[str]:
        """Return the resource addresses in the state of a stack."""
        file = self.root / f"{name}.tfstate"
        if not file.exists():
            return []
        return [f"{resource['type']}.{resource['name']}" for resource in json.loads(file.read_text())["resources"]]

    def reject_plan(self, folder: Path) -> None:
        """Make the gate reject the plans of a stack: they delete a bucket with data."""
        (folder / "change.json").write_text(json.dumps(DELETION))

    def run(
        self, *arguments: str, cwd: Path | None = None, answer: str = "", environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a pipe."""
        return subprocess.run(
            arguments, cwd=cwd or self.root, env={**self.environ, **(environ or {})}, input=answer,
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    def start(self, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            arguments, cwd=cwd or self.root, env=self.environ, text=True, process_group=0,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def terminal(self, *arguments: str, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> Terminal:
        """Start a command in a pseudo-terminal."""
        return Terminal(arguments, cwd or self.root, {**self.environ, **(environ or {})})


BUCKET = {"bucket": "acme-dev-raw", "force_destroy": False, "tags_all": {}}
DELETION: dict[str, Any] = {
    "address": "aws_s3_bucket.raw",
    "mode": "managed",
    "type": "aws_s3_bucket",
    "name": "raw",
    "provider_name": "registry.terraform.io/hashicorp/aws",
    "change": {"actions": ["delete"], "before": BUCKET, "after": None, "after_unknown": {}},
}


def wait_for(path: Path, seconds: float = 60) -> None:
    """Wait until a file exists."""
    wait_until(path.exists, f"{path} did not appear", seconds)


def wait_until(condition: Callable[[], bool], failure: str = "it did not happen", seconds: float = 60) -> None:
    """Wait until a condition holds; fail after some seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, failure
        time.sleep(0.05)


def ledger(project: Project, *entries: str) -> Path:
    """Write the waiver ledger of a project."""
    file = project.root / "policies/waivers.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("waivers:\n" + "".join(entries) if entries else "waivers: []\n")
    return file


def entry(policy: str = "LK_TF_4", target: str = "path: dev-one", environment: str = "dev", expires: str = SOON) -> str:
    """Return a ledger entry; by default for the finding of the stack of these tests."""
    return WAIVER.format(policy=policy, target=target, environment=environment, expires=expires)


def error_lines(stderr: str) -> list[str]:
    """Return the lines of an error message; fail on a traceback."""
    assert "Traceback" not in stderr
    return stderr.strip().splitlines()


def path_without(project: Project, tmp_path: Path, *missing: str) -> dict[str, str]:
    """Return a PATH with all tools of the commands except `missing`."""
    folder = tmp_path / "few-tools"
    folder.mkdir()
    for name in ("sh", "node", "terraform", "cp", "mkdir", "env", "uname", "dirname", "readlink", "sed"):
        found = next((Path(p) / name for p in os.environ["PATH"].split(":") if (Path(p) / name).exists()), None)
        if found and name not in missing:
            (folder / name).symlink_to(found)
    (folder / "lakekit").symlink_to(next(Path(p) / "lakekit" for p in project.environ["PATH"].split(":")))
    return {"PATH": str(folder), "LAKEKIT_TERRAFORM": ""}


def applied(project: Project, name: str = "dev-one") -> bool:
    return bool(project.state(name))


def leftovers(folder: Path) -> list[Path]:
    return [*folder.glob(".terraform/lakekit-plan-*"), *folder.glob("*.plan")]
