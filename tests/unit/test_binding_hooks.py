"""Hooks into jsii: switched off by the user or by a missing internal name, the JSON stays the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from lakekit.bindings import creation, hooks, kernel, on_create
from nonempty import nonempty

REPOSITORY = Path(__file__).parents[2]
MESSAGE = "lakekit: jsii"

# Snowflake's provider: its stock import takes five seconds, that of AWS ten.
PROVIDER_APP = """
from lakekit.bindings import cdktf, snowflake
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
database = snowflake.database.Database(stack, "Database", name="RAW", data_retention_time_in_days=7)
snowflake.schema.Schema(stack, "Schema", database=database.name, name="ORDERS", depends_on=[database])
database.add_override("comment", "set late")
print(cdktf.Testing.synth(stack))
"""

# Calls every function of jsii that a hook wraps; without a provider, since stock imports are slow.
CORE_APP = """
from lakekit.bindings import cdktf
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
thing = cdktf.TerraformResource(stack, "Thing", terraform_resource_type="terraform_data")
output = cdktf.TerraformOutput(stack, "Name", value=cdktf.Fn.upper(thing.fqn), depends_on=[thing])
output.description = "The name of ORDERS"
output.add_override("sensitive", True)
print(cdktf.Testing.synth(stack))
"""

# A later release of jsii without the name, or with other parameters.
REMOVE = "import {module}\ndel {module}.{name}\n"
CHANGE = (
    "import {module}\noriginal = {module}.{name}\n{module}.{name} = lambda a, b=None, c=None, d=None: original(*[x for "
    "x in (a, b, c, d) if x is not None])\n"
)
# The generated bindings themselves call the functions of `jsii`: without them no jsii program runs.
REMOVED = [required for required in hooks.REQUIRED_NAMES if required.module != "jsii"]
CHANGED = [required for required in hooks.REQUIRED_NAMES if required.parameters]


def run(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # Bytecode may be written: the stock import of a whole provider is slow enough with it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def stock_json(app: str) -> str:
    done = run(app, **{hooks.STOCK_SWITCH: "1"})
    assert done.stderr == ""
    assert "ORDERS" in done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def provider_json() -> str:
    return stock_json(PROVIDER_APP)


@pytest.fixture(scope="module")
def core_json() -> str:
    return stock_json(CORE_APP)


def test_hooks_do_not_change_the_json(provider_json: str, core_json: str) -> None:
    for app, expected in ((PROVIDER_APP, provider_json), (CORE_APP, core_json)):
        done = run(app)
        assert (done.stdout, done.stderr) == (expected, "")


@pytest.mark.parametrize(
    ("simulate", "required"),
    [(REMOVE, required) for required in REMOVED] + [(CHANGE, required) for required in CHANGED],
    ids=[f"{required.name} removed" for required in REMOVED] + [f"{required.name} changed" for required in CHANGED],
)
def test_missing_name_gives_one_message_and_the_same_json(
    simulate: str, required: hooks.RequiredName, core_json: str
) -> None:
    check_message(simulate, required, CORE_APP, core_json)


def test_missing_name_loads_a_provider_as_its_authors_ship_it(provider_json: str) -> None:
    check_message(REMOVE, REMOVED[0], PROVIDER_APP, provider_json)


def check_message(simulate: str, required: hooks.RequiredName, app: str, expected: str) -> None:
    """Run the app with a changed jsii: one message names it, and the JSON is as expected."""
    done = run(simulate.format(module=required.module, name=required.name) + app)
    assert done.stdout == expected
    (message,) = done.stderr.splitlines()
    assert message.startswith(f"{MESSAGE} {version('jsii')} does not have {required}.")
    assert f"{hooks.STOCK_SWITCH}=1 silences" in message


def test_the_switch_silences_the_message(core_json: str) -> None:
    required = hooks.REQUIRED_NAMES[0]
    done = run(REMOVE.format(module=required.module, name=required.name) + CORE_APP, **{hooks.STOCK_SWITCH: "1"})
    assert (done.stdout, done.stderr) == (core_json, "")


def test_every_function_that_is_wrapped_is_required() -> None:
    # messages.py names messages, not functions.
    files = [path for path in Path(hooks.__file__).parent.glob("*.py") if path.name != "messages.py"]
    sources = [path.read_text(encoding="utf-8") for path in nonempty(files)]
    used = {name for source in sources for name in re.findall(r"\breference_map\.(\w+)", source)}
    wrapped = {name for source in sources for name in re.findall(r'"(create|get|set|sget|sset|s?invoke)"', source)}
    assert used
    assert wrapped
    assert used | wrapped <= {required.name for required in hooks.REQUIRED_NAMES}


def test_only_the_bindings_use_jsii() -> None:
    using = [
        path.relative_to(REPOSITORY).as_posix()
        for package in ("constructs", "policies", "scripts", "stacks", "benchmarks")
        for path in sorted((REPOSITORY / package).rglob("*.py"))
        if re.search(r"^\s*(import|from) jsii\b|\b_jsii\.|__jsii_", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert using
    assert [path for path in using if not path.startswith("constructs/lakekit/bindings/")] == []


VALUES = r"""
import sys
from lakekit.bindings import cdktf
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
thing = cdktf.TerraformResource(stack, "Thing", terraform_resource_type="terraform_data")
number = cdktf.Token.as_number("${count.index}")
texts = [
    "plain", "", "1e5", "-1.8881545897087505e+289", "${literal}", "$${escaped}", "#{TfToken[no]", "{TfToken[", "}",
    "a\nb", "\u2028", thing.fqn, f"a {thing.fqn} b {thing.fqn}", f"{number}",
]
nested = "deep"
for level in range(150):
    nested = {"key": nested, "list": [nested] if level < 3 else []}
thing.add_override("input", {
    "texts": texts, "number": number, "flags": [True, False, None], "nested": nested, thing.fqn: 1, "1e5": {"x": []},
    "list": cdktf.Token.as_list(thing.fqn), "sum": cdktf.Fn.join(",", ["a", thing.fqn]),
})
print(cdktf.Testing.synth(stack))
"""


@pytest.mark.parametrize(
    "hook",
    [
        "plain_values",
        "token_stacks",
        "messages",
        "archive_digest",
        "attributes",
        "lazy_packages",
        "assignments",
        "constants",
        "terraform_version",
        "batches",
        "early_start",
        "prepared",
        "kernel_lookups",
    ],
)
def test_hook_does_not_change_values(hook: str) -> None:
    with_hook, without = run(VALUES), run(VALUES, **{hooks.DISABLED: hook})
    assert "1.8881545897087505e+289" in with_hook.stdout
    assert with_hook.stdout == without.stdout
    assert with_hook.stderr == without.stderr


def test_reserved_text_of_a_map_is_rejected_with_the_hooks() -> None:
    app = VALUES.replace('"plain"', '"String Map Token Value"')
    with pytest.raises(AssertionError, match="map token"):
        run(app)


def test_depth_limit_of_cdktf_is_kept() -> None:
    with pytest.raises(AssertionError, match=r"(?i)circular|too deep|recursion"):
        run(VALUES.replace("range(150)", "range(250)"))


def test_messages_are_those_of_jsii() -> None:
    done = run(
        """
import json
from lakekit.bindings import cdktf, messages
import jsii._kernel.providers.process as process, jsii._runtime
converter = jsii._runtime.kernel.provider._process._serializer
assert isinstance(converter, messages._Converter)
short, kinds = converter.unstructure, set()
def compare(sent):
    texts = [json.dumps(write(sent), default=process.jdefault) for write in (short, converter._converter.unstructure)]
    assert texts[0] == texts[1], texts
    kinds.add(type(sent).__name__)
    return short(sent)
converter.unstructure = compare
class Own(cdktf.TerraformStack):
    def to_terraform(self):
        return {"own": True}
stack = Own(cdktf.Testing.app(), "s")
thing = cdktf.TerraformResource(stack, "Thing", terraform_resource_type="terraform_data",
    lifecycle=cdktf.TerraformResourceLifecycle(prevent_destroy=True))
thing.add_override("x", [1, "a", {"b": None}])
thing.fqn, cdktf.Testing.synth(stack)
print(sorted(kinds))
"""
    )
    assert {"CreateRequest", "GetRequest", "InvokeRequest"} <= set(re.findall(r"\w+", done.stdout))


# Configurations with arguments that are not set: as objects, as dictionaries, empty, in lists, and as any value.
STRUCTS = """
from lakekit.bindings import cdktf, messages
import jsii._kernel as kernel
from cdktf import TerraformResourceLifecycle as Lifecycle
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
def thing(name, **arguments):
    return cdktf.TerraformResource(stack, name, terraform_resource_type="terraform_data", **arguments)
first = thing("First", lifecycle=Lifecycle(prevent_destroy=True), count=2)
thing("Second", lifecycle={"create_before_destroy": False}, depends_on=[first],
    provisioners=[cdktf.LocalExecProvisioner(type="local-exec", command="true")])
thing("Third", lifecycle=Lifecycle())
thing("Fourth").add_override("input", [Lifecycle(ignore_changes=["tags"]), {"nested": Lifecycle(prevent_destroy=True)}])
class Own(Lifecycle):
    @property
    def prevent_destroy(self):
        return True
thing("Fifth", lifecycle=Own())
cdktf.TerraformOutput(stack, "Output", value="ORDERS", sensitive=False)
print(cdktf.Testing.synth(stack))
"""


def test_arguments_that_are_not_set_do_not_change_the_json() -> None:
    with_hook, without = run(STRUCTS), run(STRUCTS, **{hooks.DISABLED: "messages"})
    assert "ORDERS" in with_hook.stdout
    assert (with_hook.stdout.count('"prevent_destroy": true'), with_hook.stdout.count('"preventDestroy": true')) == (
        2,
        1,
    )
    assert with_hook.stdout == without.stdout


@pytest.mark.parametrize(
    "value",
    ["cdktf.TerraformResourceLifecycle()", "[cdktf.TerraformResourceLifecycle(prevent_destroy=None)]"],
)
def test_an_empty_configuration_is_sent_as_jsii_sends_it(value: str) -> None:
    app = CORE_APP.replace('output.add_override("sensitive", True)', f'output.add_override("more", {value})')
    assert run(app).stdout == run(app, **{hooks.DISABLED: "messages"}).stdout


def test_arguments_that_are_not_set_are_not_sent() -> None:
    done = run(
        """
from lakekit.bindings import cdktf
import jsii._kernel as kernel
value = cdktf.TerraformResourceLifecycle(prevent_destroy=True)
print(kernel._make_reference_for_native(None, [value]))
"""
    )
    expected = {"$jsii.struct": {"fqn": "cdktf.TerraformResourceLifecycle", "data": {"preventDestroy": True}}}
    assert done.stdout == f"{[expected]}\n"


def test_a_required_argument_that_is_none_is_rejected() -> None:
    app = CORE_APP.replace('terraform_resource_type="terraform_data"', "terraform_resource_type=None")
    with pytest.raises(AssertionError, match=r"TypeError: TerraformResource: terraform_resource_type is None"):
        run(app)


# An archive is written by a process that cdktf starts; a moved resource compares the version of Terraform.
ARCHIVE = """
import sys, zipfile
from pathlib import Path
from lakekit.bindings import cdktf
folder = Path(sys.argv[1])
(folder / "jobs").mkdir(exist_ok=True)
(folder / "jobs/load.py").write_text("ORDERS")
app = cdktf.App(outdir=str(folder / "out"))
stack = cdktf.TerraformStack(app, "s")
asset = cdktf.TerraformAsset(stack, "Jobs", path=str(folder / "jobs"), type=cdktf.AssetType.ARCHIVE)
moved = cdktf.TerraformResource(stack, "Moved", terraform_resource_type="terraform_data")
moved.move_from_id("terraform_data.before")
app.synth()
(archive,) = (folder / "out").rglob("archive.zip")
print(zipfile.ZipFile(archive).read("load.py"), (folder / "out/stacks/s/cdk.tf.json").read_text())
"""


def test_packages_that_load_at_first_use(tmp_path: Path) -> None:
    texts = []
    for disabled in ("", "lazy_packages"):
        environment = os.environ | {hooks.DISABLED: disabled}
        done = subprocess.run(
            [sys.executable, "-c", ARCHIVE, str(tmp_path)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        texts.append(done.stdout)
    assert texts[0] == texts[1]
    assert "ORDERS" in texts[0]
    assert "terraform_data.before" in texts[0]


def test_changed_source_of_cdktf_is_left_alone_with_one_message() -> None:
    script = """
const reports = [];
const { install } = require(process.argv[1] + '/node_sources.cjs');
install([], (text) => reports.push(text));
const Module = require('node:module');
const FILES = [
  'tokens/private/resolve', 'cdktf/lib/terraform-stack', 'cdktf/lib/util', 'tokens/private/stack-trace',
  'cdktf/lib/terraform-element', 'program', 'cdktf/lib/private/fs', 'cdktf/lib/validations/validate-binary-version',
  'tokens/resolvable', 'cdktf/lib/tfExpression', 'cdktf/lib/synthesize/synthesizer',
];
for (const file of FILES) {
  const other = new Module('other');
  const folder = file.startsWith('cdktf/') ? '/x/' : '/x/lib/';
  other._compile('module.exports = 42;', folder + file + '.js');
  if (other.exports !== 42) throw new Error('changed');
}
console.log(reports.join('\\n'));
"""
    folder = str(Path(hooks.__file__).parent)
    done = subprocess.run(["node", "-e", script, folder], capture_output=True, text=True, check=True)
    files = re.findall(r"does not have the expected (\S+)", done.stdout)
    changes = {
        "lib/tokens/private/resolve.js": 1,
        "cdktf/lib/terraform-stack.js": 2,
        "cdktf/lib/util.js": 1,
        "lib/tokens/private/stack-trace.js": 1,
        "cdktf/lib/terraform-element.js": 1,
        "lib/program.js": 5,
        "cdktf/lib/private/fs.js": 1,
        "cdktf/lib/validations/validate-binary-version.js": 2,
        "lib/tokens/resolvable.js": 1,
        "cdktf/lib/tfExpression.js": 1,
        "cdktf/lib/synthesize/synthesizer.js": 1,
    }
    assert {file: files.count(file) for file in files} == changes


# A second resource of each class: attributes that have been read of the first are sent with its creation.
ATTRIBUTES = """
import sys
from lakekit.bindings import attributes, cdktf, snowflake
class Renaming(cdktf.TerraformStack):
    def _allocate_logical_id(self, element):
        calls.append(element.node.id)
        return "x_" + element.node.id
calls = []
app = cdktf.Testing.app()
for stack in (cdktf.TerraformStack(app, "s"), Renaming(app, "r")):
    def database(name, **arguments):
        return snowflake.database.Database(stack, name, name="ORDERS", **arguments)
    first = database("First")
    first.id, first.name, first.friendly_unique_id, first.fqn
    seen = []
    def use(text):
        seen.append(text)
        cdktf.TerraformOutput(stack, f"o{len(seen)}", value=text)
    read_before = database("Before")
    use(read_before.id)
    read_before.override_logical_id("before")
    use(read_before.name)
    read_after = database("After")
    read_after.override_logical_id("after")
    use(read_after.id)
    unread = database("Unread")
    unread.override_logical_id("unread")
    overridden = database("Overridden")
    use(overridden.id)
    overridden.add_override("comment", "late")
    use(overridden.name)
    looped = database("Looped")
    use(looped.id)
    looped.for_each = cdktf.TerraformIterator.from_list(["a"])
    use(looped.id)
    used = database("Used")
    use(used.fqn)
    try:
        used.override_logical_id("used")
    except Exception as error:
        print(type(error).__name__)
    use(database("Number", data_retention_time_in_days=first.data_retention_time_in_days).id)
    class Own(snowflake.database.Database):
        @property
        def name(self):
            return "own"
    use(Own(stack, "Own", name="x").name)
    use(stack.node.find_child("Unread").id)
    use(read_before.name_input)
    print(cdktf.Testing.synth(stack))
print(calls)
sys.stderr.write(str(sum(len(one) for one in attributes._received.values())))
"""


def test_attributes_of_the_creation_do_not_change_the_json() -> None:
    with_hook, without = run(ATTRIBUTES), run(ATTRIBUTES, **{hooks.DISABLED: "attributes"})
    assert with_hook.stdout == without.stdout
    assert int(with_hook.stderr) > 0
    assert without.stderr == "0"
    stock = run(ATTRIBUTES.replace("attributes, ", "").partition("sys.stderr")[0], **{hooks.STOCK_SWITCH: "1"})
    assert with_hook.stdout == stock.stdout
    for text in ('"after"', '"unread"', '"x_Overridden"', "snowflake_database.Looped.*.id", '"comment": "late"'):
        assert text in stock.stdout


def test_attributes_cost_no_message() -> None:
    done = run(
        """
from lakekit.bindings import cdktf, snowflake
from jsii._kernel.types import GetRequest
import jsii._runtime
process, asked = jsii._runtime.kernel.provider._process, []
send = process.send
process.send = lambda request, kind: (asked.append(type(request)), send(request, kind))[1]
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
for number in range(5):
    database = snowflake.database.Database(stack, f"D{number}", name="RAW")
    database.id, database.name, database.id
print(asked.count(GetRequest))
"""
    )
    assert done.stdout == "3\n"


WITHOUT_CACHE = """
import sys
sys.dont_write_bytecode = True
sys.pycache_prefix = sys.argv[1]
from lakekit.bindings import snowflake, bytecode_cache
assert type(snowflake.database.__spec__.loader) is bytecode_cache._UncheckedLoader
names = snowflake.database.Database.__init__.__globals__
assert names["check_type"] is bytecode_cache.accept
"""


def test_modules_without_a_cache_are_not_checked_twice(tmp_path: Path, provider_json: str) -> None:
    app = WITHOUT_CACHE.replace("sys.argv[1]", repr(str(tmp_path)))
    assert run(app + PROVIDER_APP).stdout == provider_json
    assert not list(tmp_path.iterdir())
    wrong = PROVIDER_APP.replace('name="RAW"', "name=7")
    with pytest.raises(AssertionError, match=r"TypeError: Database: name is "):
        run(app + wrong)


def test_callbacks_receive_each_new_object_and_its_arguments() -> None:
    done = run(
        """
from lakekit.bindings import cdktf, on_create
seen = []
assert on_create(lambda made, arguments: seen.append((type(made).__name__, arguments[1:2])))
cdktf.TerraformStack(cdktf.Testing.app(), "s")
print(seen)
"""
    )
    assert "('TerraformStack', ['s'])" in done.stdout


def test_no_callback_is_registered_when_hooks_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def callback(_: object, __: list[object]) -> None:
        raise AssertionError

    monkeypatch.setenv(hooks.STOCK_SWITCH, "1")
    assert on_create(callback) is False
    assert callback not in creation._callbacks


# --- the hook in Node --------------------------------------------------------------------------------------


def test_provider_without_a_lazy_entry_gives_one_message(tmp_path: Path, provider_json: str) -> None:
    cache = {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(tmp_path)}
    run("from lakekit.bindings import snowflake; snowflake.database", **cache)
    (lazy,) = tmp_path.rglob("lazy-index.js")
    lazy.unlink()
    done = run(PROVIDER_APP, **cache)
    assert done.stdout == provider_json
    (message,) = done.stderr.splitlines()
    assert re.match(r"lakekit: @cdktf/provider-snowflake [\d.]+ does not have lib/lazy-index.js", message)
    assert f"{hooks.STOCK_SWITCH}=1 silences" in message


def test_node_without_the_resolver_gives_one_message() -> None:
    code = """
const source = require('fs').readFileSync(process.argv[1], 'utf8');
const load = (name) => (name === 'node:module' ? {} : require(name));
new Function('require', source)(load);
"""
    done = subprocess.run(["node", "-e", code, str(kernel.NODE_HOOK)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (message,) = done.stderr.splitlines()
    assert re.match(r"lakekit: Node v[\d.]+ does not have module._resolveFilename", message)
    assert f"{hooks.STOCK_SWITCH}=1 silences" in message
