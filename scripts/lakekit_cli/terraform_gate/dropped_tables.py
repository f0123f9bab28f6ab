"""Names the command that creates tables which engines dropped: the provider cannot plan their LF-tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from lakekit_cli.state.diagnostics import Diagnostic
from lakekit_policies.shared.regular_file import read_regular_bytes

_TAGS: Final = "aws_lakeformation_resource_lf_tags"
_MISSING: Final = re.compile(r"EntityNotFoundException.*Table not found", re.IGNORECASE)
_TABLE: Final = re.compile(r"aws_glue_catalog_table\.[\w-]+")


def dropped_tables(diagnostics: Iterable[Diagnostic], working: Path) -> str:
    """Return what to do about tables whose LF-tags cannot be read; empty if there are none.

    Args:
        diagnostics: the diagnostics of a plan.
        working: working directory of the stack, synthesized.
    """
    named = {
        one.address.removeprefix(f"{_TAGS}.")
        for one in diagnostics
        if one.is_error and one.address.startswith(f"{_TAGS}.") and _MISSING.search(one.statement)
    }
    targets = sorted(set(_metadata_files(named, working))) if named else []
    if not targets:
        return ""
    options = " ".join(f"-target={one}" for one in targets)
    return (
        f"An engine dropped tables that have LF-tags, which cannot be planned. Create the tables first, in {working}: "
        f"lakekit-terraform apply {options}"
    )


def _metadata_files(named: set[str], working: Path) -> Iterator[str]:
    """The addresses of the metadata files of the tables that LF-tags are on."""
    try:
        resources: dict[str, Any] = json.loads(read_regular_bytes(working / "cdk.tf.json"))["resource"]
        tags, files = resources.get(_TAGS) or {}, resources.get("aws_s3_object") or {}
    except (OSError, ValueError, KeyError, TypeError):
        return
    tables = set(_TABLE.findall(json.dumps([tags[one] for one in named if one in tags])))
    for name, block in files.items():
        if tables & set(_TABLE.findall(str(block.get("key", "")))):
            yield f"aws_s3_object.{name}"
