"""Delete rejected stacks, so that they cannot be applied."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.output_folder.clear import REJECTED_PREFIX, keep_all_errored_states
from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.verdict import Verdict

REJECTED_FILE: Final = "REJECTED.json"


def quarantine_output(outdir: Path, why: Verdict | GateError) -> Path:
    """Remove ``manifest.json`` and ``stacks/`` of a synthesized directory; write the reason to ``REJECTED.json``.

    A failing app stops ``cdktf deploy`` but leaves its output, which ``cdktf deploy --skip-synth`` or plain
    Terraform would apply. The manifest goes first and the stacks move aside in one step, so a kill in between
    leaves nothing that can be deployed. Nothing else in the directory is touched. Errored states and other files that
    Lakekit did not write are moved to the project's ``.lakekit`` folder.

    Args:
        outdir: the synthesized directory.
        why: the verdict with findings, or the error.

    Returns:
        The path of ``REJECTED.json``.

    Raises:
        GateError: something could not be removed; the message says what to delete by hand.
    """
    stacks = outdir / "stacks"
    try:
        outdir.mkdir(parents=True, exist_ok=True)
        (outdir / "manifest.json").unlink(missing_ok=True)
        if stacks.is_symlink():
            stacks.unlink()
        elif stacks.exists():
            aside = Path(tempfile.mkdtemp(prefix=REJECTED_PREFIX, dir=outdir))
            stacks.replace(aside / "stacks")
        # Also completes an earlier run that was killed between these steps.
        keep_all_errored_states(outdir, data_folder(outdir))
        note = outdir / REJECTED_FILE
        _write(note, _reason(why))
    except OSError as error:
        raise GateError(
            "rejected_output_remains",
            f"{outdir}: rejected output could not be removed ({error.strerror}: {error.filename}). Do not deploy it; "
            f"delete it by hand, except errored.tfstate and other files that Lakekit did not write.",
        ) from error
    return note


def clear_rejection(outdir: Path) -> None:
    """Remove the ``REJECTED.json`` of an earlier run, after a clean verdict."""
    (outdir / REJECTED_FILE).unlink(missing_ok=True)


def _reason(why: Verdict | GateError) -> dict[str, Any]:
    if isinstance(why, Verdict):
        return {"rejected": "findings", "verdict": why.to_dict()}
    return {"rejected": "could not evaluate", "code": why.code, "message": why.message}


def _write(file: Path, content: dict[str, Any]) -> None:
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    part.replace(file)
