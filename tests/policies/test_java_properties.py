"""Properties files are read as Java reads them, compared with Java."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lakekit_policies.shared.java_properties import load_properties, parse_properties
from lakekit_policies.shared.java_values import parse_boolean, trim

PROGRAM = Path(__file__).parent / "java" / "LoadProperties.java"
PARTS = st.sampled_from(
    [
        *"aé😀=: \t\f\n\r\v\x85\u2028\\#!",
        "key",
        "true",
        "\r\n",
        "\\\\",
        "\\\n",
        "\\\r\n  ",
        *("\\u0041", "\\u00", "\\ud83d", "\\n", "\\t", "\\=", "\\q"),
    ]
)
FILES = st.lists(PARTS, max_size=14).map("".join) | st.text(max_size=20)


class Java:
    """A running Java program that loads properties files."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def load(self, text: str) -> dict[str, str] | None:
        """Keys and values; None for a file that Java refuses."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(base64.b64encode(text.encode()) + b"\n")
        self._process.stdin.flush()
        status, *entries = self._process.stdout.readline().decode("ascii").strip().split(" ")
        assert status in ("loaded", "malformed")
        pairs = [
            [base64.b64decode(part).decode("utf-16-be", "surrogatepass") for part in e.split(":")] for e in entries
        ]
        return None if status == "malformed" else dict(pairs)


@pytest.fixture(scope="session")
def java() -> Iterator[Java]:
    with subprocess.Popen(["java", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Java(process)


def loaded(text: str) -> dict[str, str] | None:
    try:
        found = load_properties(text)
    except ValueError:
        return None
    # Two escapes of surrogates are one character of Java's string.
    units = [[part.encode("utf-16-be", "surrogatepass") for part in pair] for pair in found.items()]
    pairs = [[part.decode("utf-16-be", "surrogatepass") for part in pair] for pair in units]
    return dict(pairs)


@settings(max_examples=2_000, deadline=None)
@given(text=FILES)
@example("# tuned by ops \\\nunclean.leader.election.enable=true\n")
@example("\\\n# a comment after an empty line")
@example("a=1\\")
@example("key\\ with\\:escapes = value\\u0021 ")
def test_a_file_is_loaded_as_java_loads_it(java: Java, text: str) -> None:
    assert loaded(text) == java.load(text)


def test_every_entry_is_listed_in_the_order_of_the_file() -> None:
    text = "a=1\r\n! comment \\\r\nb : 2\n  a   3 \\\n   4\n"
    assert list(parse_properties(text)) == [("a", "1"), ("b", "2"), ("a", "3 4")]
    assert load_properties(text) == {"a": "3 4", "b": "2"}


def test_a_malformed_escape_is_named() -> None:
    with pytest.raises(ValueError, match=r"malformed .uXXXX escape: .*u12"):
        load_properties("key=\\u12")


def test_values_are_trimmed_as_java_trims_them() -> None:
    assert trim("\t true \x00") == "true"
    assert trim("true\u00a0") == "true\u00a0"
    assert [text for text in ("true", "TRUE", "true ", " true", "1", "") if parse_boolean(text)] == ["true", "TRUE"]
