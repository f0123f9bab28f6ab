"""Bindings load lean and from a cache of their own, Node is one process, and a wrong type is one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest

from lakekit.bindings import aws, cdktf, lean
from lakekit.bindings.type_errors import readable

lifecycle = aws.s3_bucket_lifecycle_configuration


@pytest.fixture(scope="module")
def stack() -> cdktf.TerraformStack:
    return cdktf.TerraformStack(cdktf.Testing.app(), "s")


# --- wrong types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda s: aws.s3_bucket.S3Bucket(s, "A", bucket=3), "S3Bucket: bucket has to be str, and is number 3"),
        (
            lambda s: aws.s3_bucket.S3Bucket(s, "B", tags={"owner": 1}),
            "S3Bucket: tags.owner has to be str, and is number 1",
        ),
        (
            lambda s: aws.s3_bucket.S3Bucket(s, "C", force_destroy="yes"),
            "S3Bucket: force_destroy has to be bool, and is str 'yes'",
        ),
        (
            lambda s: lifecycle.S3BucketLifecycleConfiguration(s, "D", bucket="b", rule=[{"id": "r", "status": 8}]),
            "S3BucketLifecycleConfiguration: rule[0].status has to be str, and is number 8",
        ),
        (
            lambda s: lifecycle.S3BucketLifecycleConfiguration(
                s,
                "E",
                bucket="b",
                rule=[
                    {"id": "r", "status": "Enabled"},
                    lifecycle.S3BucketLifecycleConfigurationRule(
                        id="q",
                        status="Enabled",
                        expiration=[lifecycle.S3BucketLifecycleConfigurationRuleExpiration(days="never")],
                    ),
                ],
            ),
            "S3BucketLifecycleConfiguration: rule[1].expiration[0].days has to be number, and is str 'never'",
        ),
        (lambda _: aws.s3_bucket.S3Bucket(None, "F"), "S3Bucket: scope has to be Construct, and is None"),
        (
            lambda s: aws.s3_bucket.S3Bucket(s, "G").add_override(4, 5),
            "S3Bucket.add_override: path has to be str, and is number 4",
        ),
        (
            lambda s: setattr(aws.s3_bucket.S3Bucket(s, "H"), "bucket", 5),
            "S3Bucket: bucket has to be str, and is number 5",
        ),
        (
            lambda s: aws.security_group.SecurityGroup(s, "I", depends_on="all"),
            "SecurityGroup: depends_on has to be a list of ITerraformDependable, and is str 'all'",
        ),
    ],
)
def test_a_wrong_type_is_named_with_its_place(
    stack: cdktf.TerraformStack, make: Callable[[Any], Any], said: str
) -> None:
    with pytest.raises(TypeError) as refused:
        make(stack)
    if isinstance(refused.value.__cause__, RuntimeError):  # without the lean cache Python's own checks come first
        assert str(refused.value) == said
        assert "Unable to deserialize" in str(refused.value.__cause__)
    else:
        assert str(refused.value).startswith("type of argument ")


def test_what_else_jsii_refuses_stays_as_it_is(stack: cdktf.TerraformStack) -> None:
    aws.s3_bucket.S3Bucket(stack, "Twice")
    with pytest.raises(RuntimeError, match="already a Construct with name 'Twice'"):
        aws.s3_bucket.S3Bucket(stack, "Twice")
    assert readable("") is None
    assert readable("There is already a Construct with name 'Twice'") is None


# --- the cache ---------------------------------------------------------------------------------------------


PROBE = """
from lakekit.bindings import lean
lean.PACKAGES = ("made_up",)
lean.install(); lean.install()
import sys
assert sum(type(f).__name__ == "_Finder" for f in sys.meta_path) == 1
import made_up.part as part
print(type(part.__loader__).__name__, part.checked, type(part.f.__annotations__["x"]).__name__)
"""
PART = """
checked = __debug__
def f(x: int) -> None: ...
"""


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    (tmp_path / "made_up").mkdir()
    (tmp_path / "made_up/__init__.py").touch()
    (tmp_path / "made_up/part.py").write_text(PART)
    return tmp_path


def loaded(folder: Path, **variables: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "CI")}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=folder, env=kept | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_module_loads_lean_and_is_cached_beside_pythons_own(made_up: Path) -> None:
    source = made_up / "made_up/part.py"
    stock = Path(cache_from_source(str(source)))
    ours = stock.with_name(f"{stock.stem}.opt-lakekit.pyc")
    assert loaded(made_up) == ["_Loader", "False", "str"]
    assert ours.exists()
    assert not stock.exists()
    # What is cached is used where nothing may be written, and is made anew when the source changes.
    assert loaded(made_up, PYTHONDONTWRITEBYTECODE="1") == ["_Loader", "False", "str"]
    source.write_text(PART.replace("__debug__", "'changed'"))
    assert loaded(made_up) == ["_Loader", "changed", "str"]


def test_without_a_cache_a_module_loads_as_without_us(made_up: Path) -> None:
    assert loaded(made_up, PYTHONDONTWRITEBYTECODE="1") == ["SourceFileLoader", "True", "type"]
    assert loaded(made_up, CI="true") == ["SourceFileLoader", "True", "type"], "nobody would come back to the cache"


def test_python_s_own_settings_hold(made_up: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "bytecode"
    assert loaded(made_up, PYTHONPYCACHEPREFIX=str(elsewhere)) == ["_Loader", "False", "str"]
    assert list(elsewhere.rglob("part.*.opt-lakekit.pyc"))
    assert not (made_up / "made_up/__pycache__").exists()


def test_packages_of_others_are_left_alone() -> None:
    (finder,) = (one for one in sys.meta_path if isinstance(one, lean._Finder))
    assert finder.find_spec("json", None) is None
    assert finder.find_spec("cdktf_cdktf_provider_nowhere", None) is None


# --- one Node ------------------------------------------------------------------------------------------------


CHILDREN = """
import os, subprocess
from pathlib import Path

def children(parent):
    # By their command lines: what a process is called differs between releases of Node.
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"PPid:\\t{parent}\\n" in status.read_text() and b".js" in status.with_name("cmdline").read_bytes():
                found.append(int(status.parent.name))
        except OSError:
            continue  # it has ended
    if not Path("/proc").exists():
        listed = subprocess.getoutput("ps -A -o pid= -o ppid= -o args=").splitlines()
        found = [int(pid) for pid, ppid, words in (line.split(None, 2) for line in listed)
                 if int(ppid) == parent and ".js" in words]
    return found

(node,) = children(os.getpid())
print("below it:", children(node))
"""


def test_node_is_one_process() -> None:
    assert run_with_node(CHILDREN).stdout == "below it: []\n"


def test_what_javascript_prints_is_passed_on(tmp_path: Path) -> None:
    script = tmp_path / "says.cjs"
    script.write_text(
        "if (require('path').basename(process.argv[1] ?? '') === 'program.js') {\n"
        "  console.log('to standard output'); console.error('to standard error');\n"
        "  process.emitWarning('of a warning');\n}\n"
    )
    done = run_with_node("print('done')", NODE_OPTIONS=f'--require "{script}"')
    assert "to standard output" in done.stdout
    assert "to standard error" in done.stderr
    assert "Warning: of a warning" in done.stderr
    assert "b'" not in done.stderr


def test_a_runtime_laid_out_in_another_way_is_run_in_its_own_way(tmp_path: Path) -> None:
    """Two processes then, as jsii has it."""
    import jsii._embedded.jsii as embedded

    folder = Path(str(embedded.__file__)).parent
    for source, target in embedded.EMBEDDED_FILES.items():
        (tmp_path / target).parent.mkdir(exist_ok=True)
        text = (folder / source).read_text()
        (tmp_path / target).write_text(text.replace("readFD:3,writeFD:3", "readFD:3, writeFD:3"))
    runtime = tmp_path / "bin/jsii-runtime.js"
    done = run_with_node("print('works')", JSII_RUNTIME=str(runtime))
    assert "works" in done.stdout


def run_with_node(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    program = (
        f"from lakekit.bindings import cdktf\nstack = cdktf.TerraformStack(cdktf.Testing.app(), 's')\n{code}\n"
        "assert '\"terraform\"' in cdktf.Testing.synth(stack)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done
