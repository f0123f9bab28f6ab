"""What is shown of a stream of Terraform."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakekit_cli.state.diagnostics import is_lock_error, printed_diagnostics
from lakekit_cli.state.lock_message import ESCAPES
from lakekit_cli.terraform_gate.output_filter import KEPT, OutputFilter
from lakekit_policies.shared.safe_text import clean_styled
from nonempty import nonempty

STATE = json.dumps({"version": 4, "serial": 1, "lineage": "a", "outputs": {}, "resources": []}, indent=2)
LOCKED = """╷
│ Error: Error acquiring the state lock
│
│ Lock Info:
│   ID:        1234
│   Who:       a@b
│   Created:   2026-01-01
│
│
│ Terraform acquires a state lock to protect the state from being written
│ by multiple users at the same time. For most commands, you can disable
│ locking with the "-lock=false" flag, but this is not recommended.
╵
"""
ERROR = "2026-01-01T00:00:00Z [ERROR] provider: a line of the log\n"


def shown(parts: list[bytes], *, keeps: bool = True, **options: bool) -> tuple[str, list[str]]:
    kept: list[str] = []

    def keep(text: str) -> bool:
        kept.append(text)
        return keeps

    stream = OutputFilter("dev-one", keep, **options)
    return (b"".join(stream.feed(part) for part in parts) + stream.end()).decode(), kept


@given(st.lists(st.sampled_from([LOCKED, f"{STATE}\n", ERROR, "{\n", "}\n", "é\n", "{}"])), st.data())
def test_parts_do_not_change_what_is_shown(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces).encode()
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    parts = [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
    assert shown(parts) == shown([text])


@given(st.text(st.one_of(st.characters(categories=["L", "N", "P", "S", "Zs"]), st.sampled_from("\n\r\t"))))
def test_other_text_is_unchanged(text: str) -> None:
    assert shown([text.encode()])[0] == clean_styled(text)


@given(st.binary())
def test_only_colours_are_control_characters(data: bytes) -> None:
    stream = OutputFilter("dev-one", lambda _text: False)
    text = ESCAPES.sub("", (stream.feed(b"x" + data) + stream.end()).decode())
    assert not [one for one in nonempty(text) if unicodedata.category(one) in ("Cc", "Cf") and one not in "\n\t"]


HIDING = (
    "\x1b[8mconcealed\x1b[m",
    "\x1b[30;40mblack\x1b[38;5;0m",
    "\x1b[7mreversed",
    "\x1b[97mwhite on a white terminal",
    "shown\roverwritten",
    "::error::forged",
    "  ::add-mask::x",
    "\x1b[0m::error::forged",
    "##vso[task.setvariable]x",
)


@pytest.mark.parametrize("hiding", HIDING)
def test_values_hide_nothing_and_command_no_runner(hiding: str) -> None:
    text, _ = shown([f"  + {hiding}\n{hiding}\n".encode()])
    assert not re.search(r"\x1b\[(?!0m)|\r|^\s*(?:\x1b\[0m)?::[a-z]|##[a-z]+\[", text, re.MULTILINE)


def test_only_terraform_prints_colours() -> None:
    colours = "\x1b[1m\x1b[31mError\x1b[0m\x1b[0m \x1b[90munchanged\x1b[0m\n"
    assert shown([colours.encode()])[0] == colours
    plain, _ = shown([colours.encode()], styled=False)
    assert plain == colours.replace("\x1b", "\\x1b")


def test_holder_of_a_lock_is_untrusted() -> None:
    holder = "a\x1b]0;pwn\x07\x1b[31mroot\u202e"
    text, _ = shown([LOCKED.replace("a@b", holder).replace("1234", "x; rm -rf y").encode()])
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "lakekit-terraform force-unlock 'x; rm -rf y'" in text


def test_hint_is_replaced_between_lines_of_a_log() -> None:
    text, _ = shown([f"{ERROR}{LOCKED}{ERROR}".encode()])
    assert "-lock=false" not in text
    assert "Another run holds the state lock of dev-one: a@b, since 2026-01-01." in text
    assert "force-unlock 1234" in text
    assert text.startswith(f"{ERROR}╷\n")
    assert text.endswith(f"╵\n{ERROR}")


@pytest.mark.parametrize("keeps", [True, False])
def test_state_is_hidden_if_it_is_kept(keeps: bool) -> None:
    text, kept = shown([f"{ERROR}{STATE}\n\n{ERROR}".encode()], keeps=keeps)
    assert kept == [f"{STATE}\n"]
    assert text == f"{ERROR}\n{ERROR}{KEPT if keeps else STATE}\n"


@pytest.mark.parametrize("cut", [2, 40, len(STATE) - 1])
def test_state_that_is_not_complete_is_shown(cut: int) -> None:
    assert shown([STATE[:cut].encode()]) == (STATE[:cut], [])


@pytest.mark.parametrize("keeps", [True, False])
def test_state_of_a_json_message_is_hidden_if_it_is_kept(keeps: bool) -> None:
    message = json.dumps({"@level": "info", "@message": "Emergency state dump", "state": json.loads(STATE)})
    text, kept = shown([f"{message}\n".encode()], keeps=keeps, is_json=True)
    assert [json.loads(one) for one in kept] == [json.loads(STATE)]
    expected = {"@level": "info", "@message": KEPT} if keeps else json.loads(message)
    assert json.loads(text) == expected


@pytest.mark.parametrize(
    "message",
    [
        '{"state": null}', '{"state": {"version": 3}}', '{"state": [',
        '{"diagnostic": "Terraform acquires a state lock"}',
        '{"diagnostic": {"detail": 1, "x": "Terraform acquires a state lock"}}', '{"state":' + "[" * 100_000,
    ],
)  # fmt: skip
def test_other_json_messages_are_unchanged(message: str) -> None:
    text, kept = shown([f"{message}\n".encode()], is_json=True)
    assert kept == []
    assert text.replace(" ", "") == f"{message}\n".replace(" ", "")


def test_hint_of_a_json_message_is_replaced() -> None:
    _, detail = LOCKED.replace("│ ", "").replace("│", "").split("lock\n", 1)
    message = {"@level": "error", "diagnostic": {"summary": "Error acquiring the state lock", "detail": detail}}
    text, _ = shown([json.dumps(message).encode(), b"\n"], is_json=True)
    replaced = json.loads(text)["diagnostic"]["detail"]
    assert "-lock=false" not in replaced
    assert "Another run holds the state lock of dev-one: a@b, since 2026-01-01." in replaced


def test_hint_of_a_program_that_terraform_has_run_is_its_own() -> None:
    text = f"╷\n│ Error: local-exec provisioner error\n│\n│ Output: {LOCKED}╵\n"
    assert shown([text.encode()])[0] == text
    assert not is_lock_error(printed_diagnostics(text))
    assert is_lock_error(printed_diagnostics(LOCKED))


@pytest.mark.parametrize("is_json", [True, False])
def test_characters_of_json_lines_are_safe(is_json: bool) -> None:
    message = json.dumps({"a": "\u202e é \x7f"}, ensure_ascii=False)
    text, _ = shown([f"{message}\n".encode()], is_json=is_json)
    assert "\u202e" not in text
    assert "\x7f" not in text
    assert "é" in text
    if is_json:
        assert json.loads(text) == json.loads(message)
