"""JSON texts in attributes are read in one way, and never end an evaluation."""

from __future__ import annotations

import math

import pytest

from lakekit_policies.shared.json_text import MAX_DEPTH, MalformedJsonError, TooDeepError, is_too_deep, read_json_text


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 900, 100_000])
def test_deep_texts_are_one_error(levels: int) -> None:
    with pytest.raises(TooDeepError, match="nested more than 100 levels"):
        read_json_text(nested(levels))
    assert is_too_deep(nested(levels))


def test_wide_texts_are_read() -> None:
    wide = f"[{', '.join([nested(MAX_DEPTH - 1)] * 50)}]"
    assert len(read_json_text(wide)) == 50
    assert not is_too_deep(wide)
    assert not is_too_deep("{" * 200 + "code")


@pytest.mark.parametrize("text", ["", "{", "${x}", '{"a": 1} x'])
def test_other_texts_are_malformed(text: str) -> None:
    with pytest.raises(MalformedJsonError):
        read_json_text(text)


def test_nan_is_an_error_where_json_is_required() -> None:
    assert math.isnan(read_json_text("[NaN]")[0])
    for constant in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(MalformedJsonError, match="is not JSON"):
            read_json_text(f"[{constant}]", strict=True)
