"""Read JSON files strictly: UTF-8, no duplicate keys, no NaN, no half of a surrogate pair.

Stock checkov exits 0 on a missing file, broken JSON and a binary plan. Each of these is "could not evaluate" here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.shared.regular_file import read_regular_bytes

_ZIP: Final = b"PK\x03\x04"
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(file: Path) -> Any:
    """The content of a JSON file.

    Raises:
        GateError: it cannot be read, or is not strict JSON.
    """
    return parse_json(read_bytes(file), file)


def parse_json(raw: bytes, file: Path) -> Any:
    """JSON text; ``file`` is named in messages.

    Raises:
        GateError: it is not strict JSON.
    """
    if raw.startswith(_ZIP):
        raise GateError(
            "binary_plan",
            f"{file}: this is Terraform's binary plan. Give the output of `terraform show -json {file.name}`.",
        )
    try:
        document = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
        if _SURROGATE.search(raw):
            json.dumps(document, ensure_ascii=False).encode()
        return document
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise GateError(
            "broken_json", f"{file}: {half} is half of a surrogate pair, which is not a character"
        ) from error
    except UnicodeDecodeError as error:
        raise GateError("broken_json", f"{file}: not UTF-8 text: {error.reason}") from error
    except json.JSONDecodeError as error:
        raise GateError("broken_json", f"{file}:{error.lineno}:{error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise GateError("broken_json", f"{file}: nested too deeply") from error
    except ValueError as error:
        raise GateError("broken_json", f"{file}: {error}") from error


def read_bytes(file: Path) -> bytes:
    """The bytes of a file.

    Raises:
        GateError: it is missing or cannot be read.
    """
    try:
        return read_regular_bytes(file)
    except FileNotFoundError:
        raise GateError("missing_input", f"{file}: no such file") from None
    except OSError as error:
        raise GateError("unreadable", f"{file}: cannot be read: {error.strerror}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Terraform merges blocks of one repeated name, Python keeps the last: a duplicate key is an error."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"duplicate key {next(n for n in names if names.count(n) > 1)!r} in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not valid JSON")
