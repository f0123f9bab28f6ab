"""Tests of tools, provider mirrors and environment variables of a run."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from lakekit_cli.toolchain import (
    Project,
    ToolError,
    cdktf_path,
    find_node,
    find_project,
    find_terraform,
    gate_path,
    mirrors,
    provider_source,
    run_variables,
    terraform_path,
)
from lakekit_cli.toolchain.mirrors import cli_configuration, find_mirrors

HERE = f"{sys.platform}_{ {'x86_64': 'amd64', 'aarch64': 'arm64'}.get(platform.machine(), platform.machine()) }"
AWS = "registry.terraform.io/hashicorp/aws"


def program(folder: Path, name: str, output: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\ncat <<'E'\n{output}\nE\n")
    file.chmod(0o755)
    return file


def mirror(root: Path, provider: str = AWS, platform_name: str = HERE) -> Path:
    (root / provider / "5.100.0" / platform_name).mkdir(parents=True)
    return root


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Environment variables without mirrors and user settings."""
    return {"HOME": str(tmp_path / "home"), "XDG_DATA_DIRS": str(tmp_path / "share"), "PATH": os.environ["PATH"]}


def test_terraform_is_found_and_new_enough() -> None:
    assert find_terraform({"PATH": os.environ["PATH"]}).version >= (1, 10, 0)


def test_configured_terraform_takes_precedence(tmp_path: Path) -> None:
    named = program(tmp_path, "tofu", '{"terraform_version": "1.10.3"}')
    found = find_terraform({"PATH": os.environ["PATH"], "LAKEKIT_TERRAFORM": str(named)})
    assert (found.path, found.version) == (named, (1, 10, 3))


@pytest.mark.parametrize(
    ("output", "problem"),
    [('{"terraform_version": "1.9.8"}', "too old"), ("hello", "did not print"), ('{"a": 1}', "did not print")],
)
def test_unusable_terraform_is_rejected(tmp_path: Path, output: str, problem: str) -> None:
    named = program(tmp_path, "terraform", output)
    with pytest.raises(ToolError, match=problem) as error:
        find_terraform({"PATH": "/usr/bin:/bin", "LAKEKIT_TERRAFORM": str(named)})
    assert error.value.exit_code == 4


def test_gate_as_terraform_is_rejected() -> None:
    with pytest.raises(ToolError, match="endlessly"):
        terraform_path({"PATH": "/bin", "LAKEKIT_TERRAFORM": str(gate_path())})


def test_missing_tools_name_the_installation(tmp_path: Path) -> None:
    empty_path = {"PATH": str(tmp_path)}
    with pytest.raises(ToolError, match=r"Terraform was not found[\s\S]*install Terraform 1\.10"):
        terraform_path(empty_path)
    with pytest.raises(ToolError, match="LAKEKIT_TERRAFORM=/no/where is not an executable"):
        terraform_path({**empty_path, "LAKEKIT_TERRAFORM": "/no/where"})
    with pytest.raises(ToolError, match=r"Node\.js was not found[\s\S]*install Node"):
        find_node(empty_path)
    with pytest.raises(ToolError, match=r"cdktf command line was not found[\s\S]*npm ci"):
        cdktf_path(tmp_path, empty_path)


def test_outdated_node_is_rejected(tmp_path: Path) -> None:
    program(tmp_path, "node", "v16.20.2")
    with pytest.raises(ToolError, match="too old"):
        find_node({"PATH": f"{tmp_path}:/usr/bin:/bin"})


def test_project_cdktf_takes_precedence(tmp_path: Path) -> None:
    (tmp_path / "node_modules/.bin").mkdir(parents=True)
    own = program(tmp_path / "node_modules/.bin", "cdktf", "")
    assert cdktf_path(tmp_path, {"PATH": os.environ["PATH"]}) == own


def test_project_is_found_from_subfolders(tmp_path: Path) -> None:
    (tmp_path / "cdktf.json").write_text('{"app": "python main.py", "output": "out"}')
    below = tmp_path / "out/stacks/dev-a"
    below.mkdir(parents=True)
    assert find_project(below, {}) == Project(tmp_path, "python main.py", tmp_path / "out")
    assert find_project(below, {"CDKTF_OUTDIR": "/elsewhere"}).output == Path("/elsewhere")
    assert find_project(Path("/"), {"LAKEKIT_PROJECT_DIR": str(tmp_path)}).root == tmp_path


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_invalid_cdktf_json_is_rejected(tmp_path: Path, text: str) -> None:
    (tmp_path / "cdktf.json").write_text(text)
    with pytest.raises(ToolError, match=r"cdktf\.json"):
        find_project(tmp_path, {})


def test_discovered_mirror_is_used_for_its_providers_only(tmp_path: Path, home: dict[str, str]) -> None:
    mirror(mirror(tmp_path / "opt/plugins"), "registry.terraform.io/hashicorp/random")
    mirror(tmp_path / "opt/plugins", "registry.terraform.io/hashicorp/null", "plan9_mips")
    (found,) = find_mirrors(home, [str(tmp_path / "opt")])
    assert found.path == tmp_path / "opt/plugins"
    assert found.providers == (AWS, "registry.terraform.io/hashicorp/random")
    text = cli_configuration([found])
    assert text.count(f'"{AWS}", "registry.terraform.io/hashicorp/random"') == 2
    assert "null" not in text


def test_packed_mirror_is_accepted(tmp_path: Path, home: dict[str, str]) -> None:
    folder = tmp_path / AWS
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_5.100.0_{HERE}.zip").touch()
    assert find_mirrors({**home, "LAKEKIT_PLUGIN_MIRROR": str(tmp_path)}, [])[0].providers == (AWS,)


def test_configured_mirror_without_providers_is_rejected(tmp_path: Path, home: dict[str, str]) -> None:
    with pytest.raises(ToolError, match=r"LAKEKIT_PLUGIN_MIRROR=.* contains no provider"):
        find_mirrors({**home, "LAKEKIT_PLUGIN_MIRROR": str(tmp_path)}, [])


def test_implied_mirror_needs_no_configuration(
    tmp_path: Path, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "SYSTEM_ROOTS", ())
    mirror(Path(home["HOME"]) / ".terraform.d/plugins")
    source = provider_source(tmp_path / "private", home)
    assert source.variables == {}
    assert "implied local mirror" in source.description


def test_implied_mirrors_are_kept_with_a_configured_mirror(tmp_path: Path, home: dict[str, str]) -> None:
    mirror(Path(home["HOME"]) / ".terraform.d/plugins", "registry.terraform.io/hashicorp/random")
    named = {**home, "LAKEKIT_PLUGIN_MIRROR": str(mirror(tmp_path / "mine"))}
    source = provider_source(tmp_path / "private", named)
    text = Path(source.variables["TF_CLI_CONFIG_FILE"]).read_text()
    assert str(tmp_path / "mine") in text
    assert ".terraform.d/plugins" in text


def test_user_configuration_is_kept(tmp_path: Path, home: dict[str, str]) -> None:
    own = tmp_path / "own.rc"
    own.write_text("")
    source = provider_source(tmp_path / "private", {**home, "TF_CLI_CONFIG_FILE": str(own)})
    assert source.variables == {}
    assert "your Terraform CLI configuration" in source.description
    assert not (tmp_path / "private").exists()
    default = Path(home["HOME"]) / ".terraformrc"
    default.parent.mkdir()
    default.write_text("")
    assert provider_source(tmp_path / "private", home).variables == {}


def test_missing_user_configuration_is_replaced(tmp_path: Path, home: dict[str, str]) -> None:
    broken = {**home, "TF_CLI_CONFIG_FILE": "/no/where", "LAKEKIT_PLUGIN_MIRROR": str(mirror(tmp_path / "m"))}
    assert provider_source(tmp_path / "private", broken).variables["TF_CLI_CONFIG_FILE"].endswith("terraform.rc")


def test_terraform_accepts_the_configuration(tmp_path: Path, home: dict[str, str]) -> None:
    odd = mirror(tmp_path / 'odd "${name}')
    source = provider_source(tmp_path / "private", {**home, "LAKEKIT_PLUGIN_MIRROR": str(odd)})
    done = subprocess.run(
        ["terraform", "version"], env={**home, **source.variables, "CHECKPOINT_DISABLE": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "CLI configuration" not in done.stdout + done.stderr


def variables(tmp_path: Path, environ: dict[str, str], **more: object) -> dict[str, str]:
    source = provider_source(tmp_path / ".lakekit", {"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": __file__})
    return run_variables(Project(tmp_path, "app", tmp_path), source, environ=environ, **more)  # type: ignore[arg-type]


def test_run_variables_enable_gate_and_crash_workarounds(tmp_path: Path) -> None:
    made = variables(tmp_path, {"PATH": "/bin"}, environment="dev", node=(20, 20, 2), interactive=False)
    assert made["TERRAFORM_BINARY_NAME"] == str(gate_path())
    assert made["NODE_OPTIONS"].split() == [
        "--disable-warning=MaxListenersExceededWarning",
        "--unhandled-rejections=warn",
        "--max-old-space-size=4096",
    ]
    assert made["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] == "20"
    assert (made["LAKEKIT_ENV"], made["CHECKPOINT_DISABLE"], made["CI"]) == ("dev", "1", "1")
    assert made["PATH"].split(":")[0] == str(Path(sys.executable).parent)


def test_existing_variables_are_kept(tmp_path: Path) -> None:
    before = {
        "PATH": f"{Path(sys.executable).parent}:/bin",
        "NODE_OPTIONS": "--require x --unhandled-rejections=strict",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "18,22",
        "CI": "true",
    }
    made = variables(tmp_path, before, node=(18, 20, 0), interactive=False)
    assert made["NODE_OPTIONS"] == "--require x --unhandled-rejections=strict --max-old-space-size=4096"
    assert not {"PATH", "CI", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"} & set(made)


def test_interactive_terminal_keeps_the_cdktf_dialogue(tmp_path: Path) -> None:
    assert "CI" not in variables(tmp_path, {"PATH": "/bin"}, interactive=True)
