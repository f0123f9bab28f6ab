"""Messages that are sent together, without waiting for the answer: what is synthesized and raised stays the same."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from lakekit.bindings import callers, hooks

START = """
import sys
from lakekit.bindings import cdktf, snowflake
app = cdktf.App(outdir=sys.argv[1], skip_validation=True)
stack = cdktf.TerraformStack(app, "s")
def database(id, **more):
    return snowflake.database.Database(stack, id, **({"name": "ORDERS"} | more))
"""
SYNTH = "\napp.synth()\n"


def run(tmp_path: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    program = tmp_path / "program.py"
    program.write_text(START + code)
    command = [sys.executable, str(program), str(tmp_path / "out")]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)


def written(tmp_path: Path, code: str, **variables: str) -> str:
    done = run(tmp_path, code + SYNTH, **variables)
    assert done.returncode == 0, done.stderr
    return (tmp_path / "out/stacks/s/cdk.tf.json").read_text()


def test_an_error_is_raised_by_a_later_message_with_the_line_of_the_call(tmp_path: Path) -> None:
    done = run(tmp_path, 'first = database("First")\ndatabase("Wrong", name=7)\nprint(first.comment)' + SYNTH)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "TypeError: Database: name is number 7, expected str" in done.stderr
    assert 'program.py", line 9, in <module>\n    database("Wrong", name=7)' in done.stderr
    assert not list(tmp_path.rglob("cdk.tf.json"))


def test_the_first_of_several_errors_is_raised(tmp_path: Path) -> None:
    done = run(tmp_path, 'database("Same")\ndatabase("Same")\ndatabase("Wrong", name=7)' + SYNTH)
    assert "There is already a Construct with name 'Same' in TerraformStack [s]" in done.stderr
    assert "Wrong" not in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("message", ["first.comment", "first.reset_comment()", "app.synth()"])
def test_a_later_handler_does_not_get_the_error(tmp_path: Path, message: str) -> None:
    code = 'first = database("First")\ndatabase("Wrong", name=7)\n'
    done = run(tmp_path, f"{code}try:\n    {message}\nexcept Exception:\n    print('caught')\nprint('after')")
    assert (done.returncode, done.stdout) == (1, "")
    assert "TypeError: Database: name is number 7" in done.stderr
    assert not list(tmp_path.rglob("cdk.tf.json"))


@pytest.mark.parametrize(
    "code",
    [
        'try:\n    database("D", name=7)\nexcept TypeError:\n    print("caught")',
        'import contextlib\nwith contextlib.suppress(TypeError):\n    database("D", name=7)\nprint("caught")',
        "def make():\n    database('D', name=7)\ntry:\n    make()\nexcept TypeError:\n    print('caught')",
        "try:\n    database('D', name=7)\n    print('not raised')\nfinally:\n    print('caught')\n    sys.exit()",
        "[database(n) for n in 'AB']\ntry:\n    database('B')\nexcept RuntimeError:\n    print('caught')",
    ],
)
def test_an_error_reaches_the_handler_around_the_call(tmp_path: Path, code: str) -> None:
    done = run(tmp_path, code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "caught\n", "")


@pytest.mark.parametrize("catch", ["except BaseException", "except", "finally"])
def test_a_program_that_goes_on_after_its_end_fails(tmp_path: Path, catch: str) -> None:
    code = f'first = database("First")\ndatabase("Wrong", name=7)\ntry:\n    first.comment\n{catch}:\n    pass' + SYNTH
    done = run(tmp_path, code)
    assert done.returncode == 1
    assert done.stderr.count("TypeError: Database: name is number 7") == 1
    assert not list(tmp_path.rglob("cdk.tf.json"))


EFFECTS = {
    "file": "pathlib.Path('made').write_text('')",
    "descriptor": "os.open('made', os.O_CREAT | os.O_WRONLY)",
    "folder": "os.mkdir('made')",
    "copy": "shutil.copyfile('program.py', 'made')",
    "process": "subprocess.run(['touch', 'made'])",
    "shell": "os.system('touch made')",
    "deletion": "os.rename('program.py', 'made')",
}


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_nothing_happens_after_a_call_that_failed(tmp_path: Path, effect: str) -> None:
    code = "import os, pathlib, shutil, subprocess\nos.chdir(os.path.dirname(__file__))\n"
    done = run(tmp_path, f'{code}database("Wrong", name=7)\n{effect}' + SYNTH)
    assert done.returncode == 1
    assert "TypeError: Database: name is number 7" in done.stderr
    assert not (tmp_path / "made").exists()
    run(tmp_path, f'{code}database("Right")\n{effect}' + SYNTH)
    assert (tmp_path / "made").exists()


def test_a_package_that_cannot_be_loaded_can_be_handled(tmp_path: Path) -> None:
    folder = tmp_path / "broken/_jsii"
    folder.mkdir(parents=True)
    (folder / "broken.tgz").write_text("no archive")
    (tmp_path / "broken/__init__.py").write_text("")
    (folder / "__init__.py").write_text(
        "import jsii\njsii.JSIIAssembly.load('broken', '1.0.0', 'broken', 'broken.tgz')\n"
    )
    done = run(tmp_path, "try:\n    import broken._jsii\nexcept Exception:\n    print('caught')" + SYNTH)
    assert (done.returncode, done.stdout) == (0, "caught\n"), done.stderr


IGNORING = {
    "finalizer": "class Old:\n    def __del__(self):\n        database('B', name=7)\nold = Old()\ndel old",
    "atexit": "import atexit\natexit.register(lambda: database('B', name=7))",
    "thread": "import threading\none = threading.Thread(target=database, args=['B'], kwargs={'name': 7})\n"
    "one.start()\none.join()",
    "low-level thread": "import _thread, time\n_thread.start_new_thread(database, ('B',), {'name': 7})\ntime.sleep(1)",
}


@pytest.mark.parametrize("code", IGNORING.values(), ids=IGNORING)
def test_an_error_that_the_interpreter_ignores_ends_nothing(tmp_path: Path, code: str) -> None:
    done = run(tmp_path, f'database("A")\n{code}\ndatabase("C")' + SYNTH)
    assert done.returncode == 0, done.stderr
    assert "name is number 7" in done.stderr
    assert '"C"' in (tmp_path / "out/stacks/s/cdk.tf.json").read_text()


ENDING = """
import atexit, os, sys, tempfile
log = open(sys.argv[1] + ".log", "w")
os.set_inheritable(log.fileno(), True)  # as if passed on by another process: the end is that of a batch
folder = tempfile.TemporaryDirectory()
open(sys.argv[1] + ".name", "w").write(folder.name)
atexit.register(print, "released")
"""


def ended(tmp_path: Path, end: str) -> subprocess.CompletedProcess[str]:
    program = tmp_path / "program.py"
    program.write_text(f'{ENDING}{START}log.write("text")\ndatabase("Wrong", name=7)\n{end}')
    command = [sys.executable, str(program), str(tmp_path / "out")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_end_of_a_program_is_orderly(tmp_path: Path) -> None:
    done = ended(tmp_path, "app.synth()")
    assert (done.returncode, done.stdout) == (1, "released\n")
    assert (tmp_path / "out.log").read_text() == "text"
    assert not Path((tmp_path / "out.name").read_text()).exists()


def test_what_was_written_is_kept_when_the_last_message_failed(tmp_path: Path) -> None:
    assert ended(tmp_path, "").returncode == 1
    assert (tmp_path / "out.log").read_text() == "text"


def test_the_lines_are_named_during_which_node_ended(tmp_path: Path) -> None:
    folder = tmp_path / "lakekit/stacks"
    folder.mkdir(parents=True)
    # JSON has no such number: Node cannot read the message.
    done = run(folder, 'database("D", data_retention_time_in_days=float("nan"))' + SYNTH)
    assert done.returncode == 1
    assert "ended before it answered" in done.stderr
    assert f"during one of these calls: {folder / 'program.py'}:7" in done.stderr


@pytest.mark.parametrize("message", ["app.synth()", "database('E')", "stack.node.find_all()"])
def test_ctrl_c_that_ends_node_first_is_an_interrupt(tmp_path: Path, message: str) -> None:
    end = "import signal, time\nfrom jsii._runtime import kernel\nnode = kernel.provider._process._process\n"
    done = run(tmp_path, f'database("D")\n{end}node.send_signal(signal.SIGINT)\ntime.sleep(0.5)\n{message}')
    assert done.stderr.endswith("KeyboardInterrupt\n")
    assert "NodeUnavailableError" not in done.stderr


STATEFUL = """
class Counting(snowflake.database.Database):
    count = 0
    def _synthesize_attributes(self):
        Counting.count += 1
        return {"name": f"N{Counting.count}"}
Counting(stack, "C", name="N")
"""


def test_a_method_of_python_is_called_as_often_as_by_cdktf(tmp_path: Path) -> None:
    texts = [written(tmp_path, STATEFUL, **{hooks.DISABLED: one}) for one in ("", "prepared,batches,attributes")]
    assert texts[0] == texts[1]


def test_an_error_at_the_end_of_a_program_without_synth_is_reported(tmp_path: Path) -> None:
    code = 'import atexit\natexit.register(print, "other function")\ndatabase("Wrong", name=7)'
    done = run(tmp_path, code)
    assert (done.returncode, done.stdout) == (1, "other function\n")
    assert "TypeError: Database: name is number 7" in done.stderr


ORDER = """
first = database("First")
seen = [first.id, first.name, first.fqn]
for number in range(40):
    one = database(f"D{number}", comment=first.name if number % 3 else None)
    if number % 4 == 0:
        one.add_override("comment", f"{number}")
    if number % 5 == 0:
        one.data_retention_time_in_days = number
        cdktf.TerraformOutput(stack, f"o{number}", value=one.id, depends_on=[first])
    if number % 7 == 0:
        one.override_logical_id(f"x{number}")
        seen.append(one.node.path)
        assert stack.node.find_child(f"D{number}").name_input == "ORDERS"
assert len(stack.node.find_all()) == 50 and first.name_input == "ORDERS"
"""


def test_the_order_of_messages_is_kept(tmp_path: Path) -> None:
    texts = [
        written(tmp_path, ORDER, **{hooks.DISABLED: one}) for one in ("", "batches", "prepared,batches,attributes")
    ]
    assert texts[0] == texts[1] == texts[2]
    assert '"x7"' in texts[0]


# The second stack changes resources of the first while it is prepared; so does an aspect, and a value of Python.
CHANGED = """
import jsii
from lakekit.bindings import Construct
kept, overridden, put = (database(name) for name in ("Kept", "Overridden", "Assigned"))
reader = database("Reader", name=kept.name)
class Late(cdktf.TerraformStack):
    def prepare_stack(self):
        overridden.add_override("comment", "late override")
        put.comment = "late assignment"
        snowflake.database.Database(self, "Added", name="ADDED")
        super().prepare_stack()
late = Late(app, "t")
used = database("Foreign", name=cdktf.TerraformVariable(late, "v").string_value)
@jsii.implements(cdktf.IStringProducer)
class Counter:
    calls = 0
    def produce(self, context):
        Counter.calls += 1
        return f"call {Counter.calls}"
database("Lazy", comment=cdktf.Lazy.string_value(Counter()))
"""
ASPECT = """
@jsii.implements(cdktf.IAspect)
class Rename:
    def visit(self, node):
        if isinstance(node, snowflake.database.Database) and node.node.id == "Kept":
            node.name = "RENAMED"
cdktf.Aspects.of(stack).add(Rename())
"""


@pytest.mark.parametrize("aspect", ["", ASPECT], ids=["", "with an aspect"])
def test_what_has_changed_after_the_first_pass_is_rendered_again(tmp_path: Path, aspect: str) -> None:
    text = written(tmp_path, CHANGED + aspect)
    stock = written(tmp_path, CHANGED + aspect, **{hooks.DISABLED: "prepared,batches"})
    assert text == stock
    for part in (
        "late override",
        "late assignment",
        "call 2",
        "terraform_remote_state",
        "snowflake_database.Kept.name",
    ):
        assert part in text
    assert ("RENAMED" in text) == bool(aspect)


def test_elements_are_rendered_once(tmp_path: Path) -> None:
    script = tmp_path / "count.cjs"
    script.write_text(
        "const Module = require('node:module'), compile = Module.prototype._compile;\n"
        "Module.prototype._compile = function (text, file, ...rest) {\n"
        "  if (file.endsWith('cdktf/lib/terraform-resource.js')) {\n"
        "    text = text.replace('toTerraform() {', 'toTerraform() { console.log(this.node.id);');\n  }\n"
        "  return compile.call(this, text, file, ...rest);\n};\n"
    )
    code = 'first = database("First")\ndatabase("Second", comment=first.name)' + SYNTH
    options = f'--require "{script}"'
    once, twice = (
        run(tmp_path, code, NODE_OPTIONS=options, **{hooks.DISABLED: one}).stdout for one in ("", "prepared")
    )
    assert sorted(once.split()) == ["First", "Second"]
    assert sorted(twice.split()) == ["First", "First", "Second", "Second"]


@pytest.mark.parametrize("file", ["cdktf/lib/tokens/resolvable.js", "synthesize/synthesizer.js", "lib/tfExpression.js"])
def test_elements_are_rendered_twice_if_tokens_and_aspects_cannot_be_noted(tmp_path: Path, file: str) -> None:
    # A release in which one of the changes of node_prepared.cjs cannot be made.
    script = tmp_path / "other.cjs"
    script.write_text(
        "const Module = require('node:module'), { _extensions } = Module, load = _extensions['.js'];\n"
        "const text = { 'let resolved = t.resolve(context);': 'let resolved; resolved = t.resolve(context);',\n"
        "  'aspect.visit(construct);': 'aspect.visit( construct );',\n"
        "  'class Reference extends TFExpression {': 'class Reference  extends TFExpression {' };\n"
        "_extensions['.js'] = function (module, name) {\n"
        "  const compile = module._compile;\n"
        f"  if (name.endsWith({file!r})) module._compile = function (content, ...rest) {{\n"
        "    for (const [found, by] of Object.entries(text)) content = content.replace(found, by);\n"
        "    return compile.call(this, content, ...rest);\n  };\n"
        "  return load(module, name);\n};\n"
    )
    stock = written(tmp_path, CHANGED + ASPECT, **{hooks.DISABLED: "prepared"})
    done = run(tmp_path, CHANGED + ASPECT + SYNTH, NODE_OPTIONS=f'--require "{script}"')
    assert (tmp_path / "out/stacks/s/cdk.tf.json").read_text() == stock
    assert "does not have the expected" in done.stderr


def test_a_kernel_that_does_not_know_batches_loads_packages_one_by_one(tmp_path: Path) -> None:
    import jsii._embedded.jsii as embedded

    folder = Path(str(embedded.__file__)).parent
    for source, target in embedded.EMBEDDED_FILES.items():
        (tmp_path / target).parent.mkdir(exist_ok=True)
        text = (folder / source).read_text()
        (tmp_path / target).write_text(text.replace("findApi(e){", "findApi(e) {"))
    text = written(tmp_path, ORDER)
    done = run(tmp_path, ORDER + SYNTH, JSII_RUNTIME=str(tmp_path / "bin/jsii-runtime.js"))
    assert done.returncode == 0
    assert (tmp_path / "out/stacks/s/cdk.tf.json").read_text() == text
    (message,) = done.stderr.splitlines()
    assert "jsii does not have the expected lib/program.js" in message


def test_handlers_of_a_caller_are_found() -> None:
    def calls() -> list[callers.Call] | None:
        return callers.unhandled_calls(sys._getframe(1))

    try:
        assert calls() is None
    finally:
        assert calls() is None
    assert version("jsii")
