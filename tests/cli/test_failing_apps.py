"""Apps that fail, are killed or write nothing, and a cdktf.json that cannot be used: problem, place and fix."""

from __future__ import annotations

import json

import pytest
from cli_project import Project


@pytest.mark.parametrize(
    ("app", "code", "problem"),
    [
        ("exit 3", 3, "the app `exit 3` ended with exit code 3"),
        ("kill -9 $$", 1, "was ended by the signal SIGKILL"),
        ("python nofile.py", 1, "ended with exit code 2, see its messages above"),
        ("true", 1, "the app `true` has written no stacks to "),
        ("mkdir -p elsewhere && touch elsewhere/manifest.json", 1, "has written no stacks to "),
    ],
)
@pytest.mark.parametrize("command", ["synth", "check", "access dev"])
def test_failing_app_is_named(dev: Project, app: str, code: int, problem: str, command: str) -> None:
    assert dev.run("lakekit", "synth").returncode == 0
    settings = json.loads((dev.root / "cdktf.json").read_text())
    (dev.root / "cdktf.json").write_text(json.dumps({**settings, "app": app}))
    done = dev.run("lakekit", *command.split())
    assert done.returncode == code, done.stderr
    if command == "access dev" and app == "python nofile.py":  # which shows what the app has printed
        assert "can't open file" in done.stderr
        return
    assert problem in done.stderr
    assert f"Where: {dev.root}/cdktf.json, key app" in done.stderr
    assert "Fix:   " in done.stderr
    assert "synth and gate:" not in done.stderr


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ('{\n"app": ', "it is not JSON: Expecting value", ":2"),
        ("[]", "it is not a JSON object", ""),
        ("{}", "the key app is missing", ""),
        ('{"app": null}', "app is null, expected a command line", ""),
        ('{"app": "true", "output": 5}', "output is 5, expected a folder", ""),
    ],
)
def test_unusable_cdktf_json_is_explained(dev: Project, text: str, problem: str, line: str) -> None:
    (dev.root / "cdktf.json").write_text(text)
    done = dev.run("lakekit", "env", "list")
    assert done.returncode == 4
    assert f"Error: invalid cdktf.json: {problem}\nWhere: {dev.root}/cdktf.json{line}\n" in done.stderr


@pytest.mark.parametrize("content", ["a folder", "a device"])
def test_cdktf_json_that_is_not_a_regular_file_is_explained(dev: Project, content: str) -> None:
    file = dev.root / "cdktf.json"
    file.unlink()
    if content == "a folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    done = dev.run("lakekit", "env", "list")
    assert done.returncode == 4
    assert f"Where: {file}" in done.stderr
    assert "irectory" in done.stderr or "not a regular file" in done.stderr


def test_manifest_without_stacks_is_explained(dev: Project) -> None:
    app = "mkdir -p cdktf.out/stacks && echo '{}' > cdktf.out/manifest.json"
    (dev.root / "cdktf.json").write_text(json.dumps({"language": "python", "app": app}))
    done = dev.run("lakekit", "synth")
    assert done.returncode == 1
    assert "the synthesized stacks cannot be read: it has no key 'stacks'" in done.stderr


def test_interrupted_import_prints_no_traceback(dev: Project) -> None:
    app = dev.root / "interrupted.py"
    app.write_text("import lakekit\nraise KeyboardInterrupt\n")
    (dev.root / "cdktf.json").write_text(json.dumps({"language": "python", "app": "python interrupted.py"}))
    done = dev.run("lakekit", "synth")
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert "Interrupted: the stacks were not synthesized, and nothing was applied." in done.stderr
    assert "Traceback" in dev.run("python", "interrupted.py").stderr
