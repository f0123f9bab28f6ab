"""Lazy bindings: the synthesized JSON is the same, and only submodules in use are loaded."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lakekit.bindings import (
    ProviderNotInstalledError,
    UnknownBindingError,
    aws,
    cache,
    cdktf,
    hooks,
    providers,
    snowflake,
    warm_up,
)
from lakekit.errors import LakekitError

PROGRAM = Path(__file__).with_name("bindings_program.py")
REPOSITORY = Path(__file__).parents[2]


def run(code: str, *, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new process, since loaded modules are global to a process."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


# --- the same result as with stock imports -------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def stock_run(tmp_path_factory):
    """The program with stock imports: slow, so it runs in parallel with the other tests."""
    out = tmp_path_factory.mktemp("stock") / "out"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}  # 25 s become 8
    process = subprocess.Popen(
        [sys.executable, PROGRAM, "stock", out],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process, out
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def stock_output(stock_run) -> Path:
    process, out = stock_run
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return out


@pytest.fixture(scope="module")
def fast_output(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("fast") / "out"
    done = subprocess.run(
        [sys.executable, PROGRAM, "fast", out], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # and no banner of jsii
    return out


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- only what is named is loaded ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def probe() -> tuple[dict[str, object], str]:
    """Report what using a single resource loads; jsii logs what Node requires."""
    done = run(
        """
import json, os, sys
before = dict(os.environ)
from lakekit.bindings import Construct, aws, cdktf
loaded = lambda: sorted(m.split(".")[1] for m in sys.modules if m.startswith("cdktf_cdktf_provider_aws."))
report = {"at first": loaded()}
aws.s3_bucket.S3Bucket
report["after one name"] = sorted({*loaded()} - {"_jsii"})

stack = cdktf.TerraformStack(cdktf.App(), "s")
import cdktf_cdktf_provider_aws as package
from cdktf_cdktf_provider_aws import glue_catalog_database
report["by its own name"] = package.s3_bucket is aws.s3_bucket, "kms_key" in dir(package)

# An object that only JavaScript knows, of a module that Python never imported.
import jsii
from jsii._kernel.types import CreateRequest
fqn = "@cdktf/provider-aws.route53Zone.Route53Zone"
jsii._runtime.kernel.provider.create(CreateRequest(fqn=fqn, args=[stack, "Z", {"name": "example.test"}]))
report["before it came back"] = "route53_zone" in loaded()
zone = stack.node.find_child("Z")
report["came back as"] = type(zone).__module__, type(zone).__name__, zone.name_input
report["environment restored"] = dict(os.environ) == before
print("\\n" + json.dumps(report))
""",
        JSII_DEBUG_TIMING="1",
    )
    assert done.returncode == 0, done.stderr
    log, _, report = done.stdout.strip().rpartition("\n")
    return json.loads(report), log + done.stderr


def test_importing_the_bindings_loads_no_resource(probe):
    assert probe[0]["at first"] == []


def test_using_one_resource_loads_only_its_submodule(probe):
    assert probe[0]["after one name"] == ["s3_bucket"]


def test_node_loads_the_lazy_entry_of_the_provider(probe):
    entries = [
        line for line in probe[1].split() if "provider-aws" in line and line.endswith(("index.js)", "index.js):"))
    ]
    assert entries
    assert all("lazy-index.js" in entry for entry in entries)


def test_imports_by_the_name_of_the_provider_are_lazy_too(probe):
    assert probe[0]["by its own name"] == [True, True]


def test_types_of_submodules_not_yet_imported_are_found_on_demand(probe):
    assert probe[0]["before it came back"] is False
    expected = ["cdktf_cdktf_provider_aws.route53_zone", "Route53Zone", "example.test"]
    assert probe[0]["came back as"] == expected


def test_settings_for_node_are_removed_after_its_start(probe):
    assert probe[0]["environment restored"] is True


# --- names -----------------------------------------------------------------------------------------------


def test_unknown_submodule_suggests_the_nearest():
    with pytest.raises(UnknownBindingError, match="nearest: s3_bucket") as error:
        aws.s3_buckett  # noqa: B018
    assert isinstance(error.value, LakekitError)
    assert not hasattr(aws, "s3_buckett")


def test_unknown_submodule_without_a_similar_name():
    with pytest.raises(UnknownBindingError, match=r"none of its \d+ names is similar"):
        aws.qqqqqqqqqqqqqq  # noqa: B018


def test_missing_optional_provider_says_how_to_install_it():
    missing = providers.install("cdktf_cdktf_provider_nowhere", extra="nowhere")
    with pytest.raises(ProviderNotInstalledError, match=r"pip install lakekit\[nowhere\]") as error:
        missing.database  # noqa: B018
    assert isinstance(error.value, ImportError)


def test_names_are_listed_for_completion():
    assert {"s3_bucket", "glue_catalog_table", "provider"} <= set(dir(aws))
    assert "database" in dir(snowflake)
    assert not [name for name in dir(aws) if name.startswith("_")]


# --- Node --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel_environment(tmp_path_factory) -> dict[str, str]:
    """The environment of jsii's kernel when the user has settings too, at a path with a blank."""
    folder = tmp_path_factory.mktemp("a folder")
    script, seen = folder / "user hook.cjs", folder / "seen.json"
    script.write_text(
        """
if (require('path').basename(process.argv[1] ?? '') === 'program.js')
  process.on('exit', () => require('fs').writeFileSync(process.env.SEEN, JSON.stringify(process.env)));
"""
    )
    done = run(
        "import lakekit.bindings",
        NODE_OPTIONS=f'--require "{script}"',
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION="16",
        SEEN=str(seen),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(seen.read_text()) | {"expected options": f'--require "{script}"'}


def test_the_kernel_passes_on_only_the_node_options_of_the_user(kernel_environment):
    assert kernel_environment["NODE_OPTIONS"] == kernel_environment["expected options"]


def test_releases_silenced_by_the_user_stay_silenced(kernel_environment):
    assert kernel_environment["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] == "16,18,20,22"


def test_without_node_the_message_says_what_to_install():
    done = run("import lakekit.bindings", JSII_NODE="no-such-node")
    assert "NodeUnavailableError" in done.stderr
    assert "no `no-such-node` on the PATH" in done.stderr
    assert "Fix: install Node 20" in done.stderr


def test_node_that_ends_at_once_is_explained():
    done = run("import lakekit.bindings", NODE_OPTIONS="--no-such-option")
    assert "ended before it answered" in done.stderr
    assert "--no-such-option is not allowed" in done.stderr


def test_warming_up_leaves_the_index_of_the_provider(tmp_path):
    # Snowflake alone: AWS would unpack 420 MB.
    code = """
from lakekit.bindings import cache
del cache.ASSEMBLIES["@cdktf/provider-aws"]
cache.load_all()
"""
    done = run(code, JSII_RUNTIME_PACKAGE_CACHE_ROOT=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("@cdktf/provider-snowflake/*/*/.jsii.runtime.v*.json"))


def test_warm_up_is_idempotent():
    assert warm_up() > 0


def test_warm_up_covers_submodules_reached_through_an_alias():
    used = cache._used_by_the_library()
    sources = [path.read_text() for path in (REPOSITORY / "constructs/lakekit").rglob("*.py")]
    aliased = {name for source in sources for name in re.findall(r"\w+ = aws\.([a-z0-9_]+)$", source, re.MULTILINE)}
    assert aliased
    assert aliased <= {submodule for provider, submodule in used if provider == "aws"}


# --- too late, switched off ------------------------------------------------------------------------------


def test_when_node_is_already_running_the_json_is_the_same():
    code = """
{first}
from lakekit.bindings import cdktf, snowflake
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
snowflake.database.Database(stack, "D", name="RAW")
print(cdktf.Testing.synth(stack))
"""
    early, late = run(code.format(first="")), run(code.format(first="import cdktf"))
    assert early.returncode == late.returncode == 0, early.stderr + late.stderr
    assert '"RAW"' in early.stdout
    assert late.stdout == early.stdout


def test_lazy_loading_can_be_switched_off(monkeypatch):
    monkeypatch.setenv(hooks.STOCK_SWITCH, "1")
    before = dict(sys.modules)
    providers.install("cdktf_cdktf_provider_nowhere")
    assert hooks.stock()
    assert dict(sys.modules) == before
    monkeypatch.setenv(hooks.STOCK_SWITCH, "0")
    assert not hooks.stock()


# --- the package `constructs` -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder", [REPOSITORY, REPOSITORY / "constructs", None], ids=["repo", "constructs", "elsewhere"]
)
def test_constructs_is_the_package_from_pypi(folder, tmp_path):
    done = run("import constructs; print(constructs.__file__, constructs.Construct.__name__)", cwd=folder or tmp_path)
    assert done.returncode == 0, done.stderr
    path, name = done.stdout.split()
    assert "site-packages" in Path(path).parts
    assert name == "Construct"


def test_the_source_root_is_not_a_package():
    assert not (REPOSITORY / "constructs" / "__init__.py").exists()


# --- last, since they wait for the stock run ----------------------------------------------------------------


def test_stock_and_fast_synthesize_the_same_bytes(stock_output, fast_output):
    stock, fast = files(stock_output), files(fast_output)
    assert set(fast) == {
        "answers.json",
        "manifest.json",
        "stacks/consumer/cdk.tf.json",
        "stacks/foundation/cdk.tf.json",
    }
    assert fast == stock


def test_after_a_stock_import_the_classes_are_the_same(stock_output):
    late = json.loads((stock_output.parent / "late.json").read_text())
    assert late["same class"] is True
    assert "nearest: s3_bucket" in late["unknown"]


def test_cdktf_is_reexported():
    assert cdktf.TerraformStack.__module__ == "cdktf"
