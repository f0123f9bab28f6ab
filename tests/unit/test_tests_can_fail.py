"""Every assertion of the tests runs, and every test can fail."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from vacuous import asserting, problems

from nonempty import nonempty

TESTS = Path(__file__).parents[1]
FILES = sorted(TESTS.rglob("*.py"))


def found(body: str) -> list[str]:
    return [one.text for one in problems(textwrap.dedent(body))]


def test_every_assertion_runs_and_every_test_asserts() -> None:
    sources = {file: file.read_text(encoding="utf-8") for file in FILES}
    helpers = asserting(sources.values())
    assert len(sources) > 100
    assert [
        f"{file.relative_to(TESTS)}:{one.line}: {one.text}"
        for file, text in nonempty(sources.items())
        for one in problems(text, helpers)
    ] == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"assert x == 1 or {True}", "`True` always holds"),
        (f"assert (x == {1}, 'message')", "always holds"),
        (f"run('assert x or {True}')", "`True` always holds"),
        ("if x:\n    assert y", "under `if x`"),
        ("if test_x:\n    assert y", "under `if test_x`"),
        ("if x:\n    with pytest.raises(ValueError):\n        y()", "under `if x`"),
        ("if x:\n    return\nassert y", "after `if x` leaves"),
        ("for one in found():\n    assert one", "a loop over `found()`"),
        ("for one in found:\n    if one.good:\n        continue\n    assert one", "a loop over `found`"),
        ("assert found == []\nfor one in found:\n    assert one", "a loop over `found`"),
        ("assert len(found) >= 0\nfor one in found:\n    assert one", "a loop over `found`"),
        ("for one in [a for a in (1, 2) if a > x]:\n    assert one", "a loop over"),
        ("assert all(one.good for one in found)", "`found` may be empty"),
        ("assert found\nassert all(one.good for one in found if one.mine)", "wrap what it filters"),
        ("assert not any(one.bad for one in found)", "`found` may be empty"),
        ("assert not [one for one in found if one.bad]", "`found` may be empty"),
        ("assert [one for one in found if one.bad] == []", "`found` may be empty"),
        ("assert {one.kind for one in found} <= {'a'}", "`found` may be empty"),
        ("try:\n    assert x\nexcept ValueError:\n    pass", "swallowed"),
        ("try:\n    x()\nexcept ValueError as error:\n    assert error", "swallowed"),
        ("with contextlib.suppress(ValueError):\n    assert x", "under contextlib.suppress"),
        ("x()", "asserts nothing"),
    ],
)
def test_what_cannot_fail_is_found(body: str, said: str) -> None:
    texts = found(f"def test_x():\n{textwrap.indent(body, '    ')}")
    assert any(said in text for text in texts), texts


@pytest.mark.parametrize(
    "body",
    [
        "assert x == 1 or y == 2",
        "if given:\n    assert y",
        "if given == 'a':\n    assert y\n    return\nassert z",
        "if given is helper:\n    assert y",
        "if x:\n    assert y\nelse:\n    assert z",
        "if x:\n    pytest.skip('not here')\nassert y",
        "for one in (1, 2):\n    assert one",
        "for one in CONSTANT:\n    assert one",
        "for key, value in CONSTANT.items():\n    assert value",
        "for one in nonempty(found()):\n    assert one",
        "assert found\nfor one in found:\n    assert one",
        "assert len(found) == 3\nfor one in sorted(found):\n    assert one",
        "assert {one.name for one in found} == {'a'}\nfor one in found:\n    assert one",
        "(first,) = found\nfor one in found:\n    assert one",
        "ran = 0\nfor one in found:\n    assert one\n    ran += 1\nassert ran > 5",
        "for one, two in zip((1, 2), found, strict=True):\n    assert one",
        "assert any(one.good for one in found)",
        "assert all(one.good for one in nonempty(found))",
        "assert found\nassert not any(one.bad for one in found)",
        "assert [one.text for one in found] == []",
        "assert {one.kind for one in found} == {'a'}",
        "with pytest.raises(ValueError):\n    x()",
        "try:\n    x()\nexcept ValueError as error:\n    assert error\nelse:\n    assert y",
        "helper()",
    ],
)
def test_what_can_fail_is_left_alone(body: str) -> None:
    module = f"""
CONSTANT = {{"a": 1}}

def helper():
    assert x

@pytest.mark.parametrize("given", ["a", "b"])
def test_x(given):
{textwrap.indent(body, "    ")}
"""
    assert [one.text for one in problems(module)] == []
