"""Bindings are compiled without type checks and evaluated annotations, into a separate bytecode cache."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from lakekit.bindings import bytecode_cache

PROBE = """
from lakekit.bindings import bytecode_cache
bytecode_cache.PACKAGES = ("made_up",)
bytecode_cache.install(); bytecode_cache.install()
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


def test_modules_load_without_checks_from_a_separate_cache(made_up: Path) -> None:
    source = made_up / "made_up/part.py"
    stock = Path(cache_from_source(str(source)))
    separate = stock.with_name(f"{stock.stem}.opt-lakekit2.pyc")
    assert loaded(made_up) == ["_Loader", "False", "str"]
    assert separate.exists()
    assert not stock.exists()
    # An existing cache is used where nothing may be written, and is renewed when the source changes.
    assert loaded(made_up, PYTHONDONTWRITEBYTECODE="1") == ["_Loader", "False", "str"]
    # Of another size: Python compares size and whole seconds, and the first version may be of the same second.
    source.write_text(PART.replace("__debug__", "'changed-source'"))
    assert loaded(made_up) == ["_Loader", "changed-source", "str"]


def test_without_a_writable_cache_modules_are_compiled_as_usual(made_up: Path) -> None:
    """Their checks are switched off after loading."""
    assert loaded(made_up, PYTHONDONTWRITEBYTECODE="1") == ["_UncheckedLoader", "True", "type"]
    assert loaded(made_up, CI="true") == ["_UncheckedLoader", "True", "type"], "the cache would be discarded"


def test_pythonpycacheprefix_is_respected(made_up: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "bytecode"
    assert loaded(made_up, PYTHONPYCACHEPREFIX=str(elsewhere)) == ["_Loader", "False", "str"]
    assert list(elsewhere.rglob("part.*.opt-lakekit2.pyc"))
    assert not (made_up / "made_up/__pycache__").exists()


def test_other_packages_are_unaffected() -> None:
    (finder,) = (one for one in sys.meta_path if isinstance(one, bytecode_cache._Finder))
    assert finder.find_spec("json", None) is None
    assert finder.find_spec("cdktf_cdktf_provider_nowhere", None) is None


TYPEGUARD = """
import sys
from lakekit.bindings import aws
module = aws.kms_alias
check = module.KmsAlias.__init__.__globals__["check_type"]
print("typeguard" in sys.modules, "asyncio" in sys.modules, check.__module__)
import inspect
print(inspect.getsource(module.KmsAlias).splitlines()[0])
"""


def test_modules_of_providers_do_not_load_typeguard() -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "CI")}
    done = subprocess.run([sys.executable, "-c", TYPEGUARD], env=kept, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False False lakekit.bindings.bytecode_cache", "class KmsAlias("]
