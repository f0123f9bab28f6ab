"""What `lakekit deploy --changed` compares: calls, files, folders, data sources, modules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lakekit_cli.applied import local_files
from lakekit_cli.applied.calls import Call, calls_of_code, calls_of_template
from lakekit_cli.applied.errors import InputsUnknownError
from lakekit_cli.applied.inputs import inputs_hash


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """An empty stack folder beside a folder `data` with one file."""
    (tmp_path / "data/nested").mkdir(parents=True)
    (tmp_path / "data/nested/a.py").write_text("one")
    (tmp_path / "module").mkdir()
    (tmp_path / "stack").mkdir()
    (tmp_path / "cdktf.json").write_text("{}")
    return tmp_path / "stack"


def hashed(stack: Path, document: dict[str, Any]) -> str:
    (stack / "cdk.tf.json").write_text(json.dumps(document))
    return inputs_hash(stack, {})


def output(expression: str) -> dict[str, Any]:
    return {"output": {"a": {"value": expression}}}


@pytest.mark.parametrize(
    ("template", "calls"),
    [
        ("SELECT uuid(), timestamp(6)", []),
        ("$${uuid()} %%{ if uuid() }", []),
        ('${"uuid()"} and ${"${upper(1)}"}', [Call("upper")]),
        ('${file ("a")}', [Call("file", "a")]),
        ('${file(/* x */ "a" )}', [Call("file", "a")]),
        ('${file("a${upper("b")}")}', [Call("file"), Call("upper", "b")]),
        ('${file("a" == "b" ? "c" : "d")}', [Call("file")]),
        ('${templatefile("${path.module}/a", {x = "}"})}', [Call("templatefile", "${path.module}/a")]),
        ("${{ a = { b = uuid () } }} uuid()", [Call("uuid")]),
        ("%{ if (true) }${[for a in (var.b) : lower(a)]}%{ endif }", [Call("lower")]),
        ("${provider :: x :: y()}", [Call("provider::x::y")]),
        ('${"\\"}${max(1)}"}', [Call("max")]),
        ("${<<-EOT\n  ${min(1)} uuid()\n  EOT\n}", [Call("min")]),
    ],
)
def test_calls_of_templates(template: str, calls: list[Call]) -> None:
    assert calls_of_template(template) == calls


def test_calls_of_code_leave_out_comments_and_texts() -> None:
    code = '# uuid()\n// uuid()\n/* uuid() */\nlocals {\n  a = "uuid() ${lower("b")}" # uuid()\n  c = upper(\n"d")\n}\n'
    assert calls_of_code(code) == [Call("lower", "b"), Call("upper", "d")]


@pytest.mark.parametrize(
    "call",
    [
        "timestamp()",
        "plantimestamp()",
        "uuid()",
        'bcrypt("a")',
        'pathexpand("~")',
        'abspath("a")',
        'fileset("../data", "*")',
        'core::fileset("../data", "*")',
        "core::timestamp()",
        "templatestring(local.a, {})",
        "function_of_a_later_version()",
        "provider::time::rfc3339_parse(var.x)",
        'file("~/a")',
        'file(pathexpand("a"))',
        'file("../data/${var.x}")',
        'file ("../data/${var.x}")',
        'jsonencode({a = file("${local.a}")})',
        "path.cwd",
    ],
)
def test_functions_that_are_not_known_to_be_pure_mean_deploy(stack: Path, call: str) -> None:
    for document in (
        output("${" + call + "}"),
        {"resource": {"x": {"a": {"b": [{"c": "text ${upper(" + call + ")}"}]}}}},
        {"resource": {"x": {"a": {"tags": {"${" + call + "}": "b"}}}}},
    ):
        with pytest.raises(InputsUnknownError):
            hashed(stack, document)


def test_pure_functions_are_known(stack: Path) -> None:
    expression = '${jsonencode({a = nonsensitive(join(",", [for x in (var.y) : core::lower(uuidv5("dns", x))]))})}'
    assert hashed(stack, output(expression)) == hashed(stack, output(expression))


FOLDERS: list[dict[str, Any]] = [
    {"data": {"archive_file": {"a": {"type": "zip", "source_dir": "{data}", "output_path": "a.zip"}}}},
    {"data": {"archive_file": {"a": {"type": "zip", "source_dir": "${path.module}/../data", "output_path": "a.zip"}}}},
    {"resource": {"terraform_data": {"a": {"provisioner": [{"file": {"source": "{data}", "destination": "/x"}}]}}}},
    {"resource": {"x": {"a": {"chart": "../data"}}}},
    {"resource": {"x": {"a": {"chart": "{data}"}}}},
]


@pytest.mark.parametrize("document", FOLDERS)
def test_contents_of_folders_are_inputs(stack: Path, document: dict[str, Any]) -> None:
    document = json.loads(json.dumps(document).replace("{data}", str(stack.parent / "data")))
    file = stack.parent / "data/nested/a.py"
    seen = {hashed(stack, document)}
    assert hashed(stack, document) in seen
    file.write_text("two")
    seen.add(hashed(stack, document))
    file.chmod(0o755)
    seen.add(hashed(stack, document))
    (file.parent / "b.py").write_text("two")
    seen.add(hashed(stack, document))
    file.rename(file.with_name("c.py"))
    seen.add(hashed(stack, document))
    (stack.parent / "linked").mkdir()
    (stack.parent / "data/link").symlink_to(stack.parent / "linked")
    (stack.parent / "linked/d.py").write_text("three")
    seen.add(hashed(stack, document))
    assert len(seen) == 6


def test_a_folder_that_is_large_or_a_loop_means_deploy(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_files, "MAX_FILES", 20)
    (stack.parent / "data/loop").symlink_to(stack.parent / "data")
    with pytest.raises(InputsUnknownError, match="more than 20 files"):
        hashed(stack, {"resource": {"x": {"a": {"source": "../data"}}}})


def test_paths_of_a_cloud_are_no_folders(stack: Path) -> None:
    assert hashed(stack, {"resource": {"aws_iam_role": {"a": {"path": "/"}}, "x": {"b": {"root_directory": "/tmp"}}}})


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"external": {"a": {"program": ["date"]}}}},
        {"data": {"http": {"a": {"url": "https://example.com"}}}},
        {"data": {"archive_file": {"a": {"source_dir": "${local.folder}/jobs"}}}},
        {"data": {"local_file": {"a": {"filename": "${var.name}"}}}},
        {"resource": {"aws_s3_object": {"a": {"source": "${local.folder}/a.py"}}}},
        {"resource": {"x": {"a": {"source": "../stack"}}}},
        {"resource": {"x": {"a": {"source": ".."}}}},
    ],
)
def test_sources_that_only_providers_know_mean_deploy(stack: Path, document: dict[str, Any]) -> None:
    with pytest.raises(InputsUnknownError):
        hashed(stack, document)


def test_archives_and_data_sources_of_an_account_are_known(stack: Path) -> None:
    data = {
        "archive_file": {"a": {"source_file": "../data/nested/a.py"}},
        "aws_kms_alias": {"b": {"name": "alias/lake"}},
    }
    archive = {"filename": "${data.archive_file.a.output_path}"}
    assert hashed(stack, {"data": data, "resource": {"aws_lambda_function": {"a": archive}}})


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ('variable "a" {\n  type = object({ b = optional(list(string)) })\n}\n# file("x")', True),
        ('resource "aws_s3_object" "a" {\n  source = "${path.module}/a.py"\n}', True),
        ('resource "aws_s3_object" "a" {\n  source = "${path.module}/../data/nested/a.py"\n}', False),
        ('resource "aws_s3_object" "a" {\n  source = var.file\n}', False),
        ('module "b" {\n  source = "terraform-aws-modules/vpc/aws"\n}', False),
        ('data "external" "a" {\n}', False),
        ('data "archive_file" "a" {\n}', False),
        ('data "aws_region" "a" {\n}', True),
        ("locals { a = timestamp() }", False),
        ('locals { a = file("${path.module}/a.py") }', False),
    ],
)
@pytest.mark.parametrize("place", ["module", "stack"])
def test_modules_and_further_configuration(stack: Path, code: str, known: bool, place: str) -> None:
    (stack.parent / place / "more.tf").write_text(code)
    document = {"module": {"m": {"source": "../module"}}}
    if not known:
        with pytest.raises(InputsUnknownError):
            hashed(stack, document)
        return
    before = hashed(stack, document)
    (stack.parent / place / "more.tf").write_text(code + "\n# changed")
    assert hashed(stack, document) != before
