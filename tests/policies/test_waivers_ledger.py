"""Validation of the waiver ledger."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from gate_helpers import write_out

from lakekit_policies import GateError
from lakekit_policies.waivers import find_ledger
from lakekit_policies.waivers.ledger import read_ledger, schema
from nonempty import nonempty

ENTRY = """\
waivers:
  - policy: LK_S3_7
    path: prod-storage/Lake/Raw
    environment: prod
    reason: the exporter of the till system writes SSE-S3 until its 4.2
    owner: lake@acme.example
    ticket: LAKE-123
    expires: 2026-12-31
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "policies" / "waivers.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def rejected(file: Path) -> str:
    with pytest.raises(GateError) as caught:
        read_ledger(file)
    assert caught.value.ledger
    assert caught.value.exit_code == 5
    return caught.value.message


def test_entry_has_its_line_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, ENTRY)
    (entry,) = read_ledger(file)
    assert (entry.policy, entry.target, entry.expires) == ("LK_S3_7", "prod-storage/Lake/Raw", "2026-12-31")
    assert entry.source == f"{file}:2"
    monkeypatch.chdir(tmp_path)
    assert read_ledger(file)[0].source == "policies/waivers.yaml:2"
    assert find_ledger(tmp_path) == file
    assert find_ledger(tmp_path / "policies") is None


def test_empty_ledger_is_valid(tmp_path: Path) -> None:
    assert read_ledger(written(tmp_path, "waivers: []\n")) == []


@pytest.mark.parametrize(
    ("given", "instead", "line", "expected"),
    [
        ("    reason:", "    raeson:", 5, "unknown key 'raeson'"),
        ("    reason:", "    raeson:", 5, "Did you mean 'reason'?"),
        ("waivers:", "waiver:", 1, "Did you mean 'waivers'?"),
        ("    ticket: LAKE-123\n", "", 2, "'ticket' is missing"),
        ("2026-12-31", "soon", 8, "expires 'soon'"),
        ("2026-12-31", "2026-12-31T10:00:00", 8, "YYYY-MM-DD"),
        ("2026-12-31", "20261231", 8, "YYYY-MM-DD"),
        ("lake@acme.example", "the lake team", 6, "owner 'the lake team'"),
        (
            "the exporter of the till system writes SSE-S3 until its 4.2",
            "temporary",
            5,
            "understandable without further context",
        ),
        ("    path:", "    address: aws_s3_bucket.raw\n    path:", 2, "exactly one of `path` and `address`"),
        ("    path: prod-storage/Lake/Raw\n", "", 2, "exactly one of `path` and `address`"),
        ("    owner:", "    policy: LK_S3_8\n    owner:", 6, "(first defined on line 2)"),
        ("  - policy: LK_S3_7", "  - policy: [LK_S3_7]", 2, "policy"),
        ("    ticket: LAKE-123", "    ticket: LAKE: 123", 7, "not valid YAML"),
    ],
)
def test_invalid_entry_is_rejected_with_line_and_reason(
    tmp_path: Path, given: str, instead: str, line: int, expected: str
) -> None:
    assert given in ENTRY
    file = written(tmp_path, ENTRY.replace(given, instead))
    message = rejected(file)
    assert message.startswith(f"{file}:{line}: "), message
    assert expected in message


@pytest.mark.parametrize("text", ["", "[]", "just words", "42"])
def test_ledger_must_be_a_mapping(tmp_path: Path, text: str) -> None:
    assert "Start with `waivers:`" in rejected(written(tmp_path, text))


def test_unreadable_ledger_is_an_error(tmp_path: Path) -> None:
    assert "cannot be read" in rejected(tmp_path / "absent.yaml")
    binary = tmp_path / "waivers.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in rejected(binary)


def test_schema_matches_the_reader(tmp_path: Path) -> None:
    made = json.loads(schema())
    validator = jsonschema.Draft202012Validator(made)
    fine = yaml.load(ENTRY, Loader=yaml.BaseLoader)  # as an editor sees it: dates are text
    validator.validate(fine)
    for change in ({"raeson": "x"}, {"owner": "nobody"}, {"policy": ""}, {"reason": "short"}):
        broken = {"waivers": [{**fine["waivers"][0], **change}]}
        assert not validator.is_valid(broken), change
    described = made["$defs"]["WaiverEntry"]["properties"]
    assert all(text.get("description") for text in nonempty(described.values()))


def test_gate_rejects_an_unreadable_ledger(tmp_path: Path) -> None:
    from gate_helpers import configuration, could_not_evaluate, warm_gate

    out = write_out(tmp_path / "out", dev_storage=configuration({}))
    with pytest.raises(GateError) as caught:
        warm_gate().evaluate_synth(out, waivers=written(tmp_path, "waivers: none\n"))
    assert caught.value.exit_code == 5
    with could_not_evaluate("missing_input"):
        warm_gate().evaluate_synth(tmp_path / "nowhere")


def test_every_problem_is_listed_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, ENTRY.replace("lake@acme.example", "nobody").replace("    ticket: LAKE-123\n", ""))
    lines = rejected(file).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{file}:2", f"{file}:6"]
    assert "more problem" not in "\n".join(lines)


@pytest.mark.parametrize("value", ["[]", "{}", "1", "true", "null", "1.5", "[a]"])
def test_no_message_is_that_of_pydantic(tmp_path: Path, value: str) -> None:
    for key in ("policy", "path", "environment", "reason", "owner", "ticket", "expires"):
        text = re.sub(rf"(^  [- ] {key}: ).*$", rf"\g<1>{value}", ENTRY, flags=re.MULTILINE)
        assert text != ENTRY
        message = rejected(written(tmp_path, text)).lower()
        assert not re.search("input should|instance of|valid dictionary|valid list|value error", message), message
