"""Keep the verdict on a plan without changes, and use it again for the same plan.

`terraform show -json` starts the provider once more to read its schemas, which takes almost as long as the plan. A
deployment without changes would pay that for each stack, to evaluate what was evaluated before. A verdict is used again
only if

- it has no findings,
- the plan changes nothing (no resource, no output, no drift), so that nothing is applied,
- the plan file has the same content as the evaluated one (see `plan_content`): values, state, configuration, providers,
- and rules, engine, waivers, options of the run and the date are the same.

Otherwise the plan is evaluated. A forged file can hide the findings on a stack for which nothing is applied.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .plan_content import content_digest

if TYPE_CHECKING:
    from lakekit_policies import Verdict
    from lakekit_policies.terraform.plan_run import PlanRun

FOLDER: Final = Path(".lakekit/unchanged")
_ENGINE_LIBRARIES: Final = ("checkov", "sqlglot")


@dataclass(frozen=True)
class KeptVerdict:
    """A verdict that is used again.

    Attributes:
        verdict: The verdict, with a note.
        document: The plan as JSON, as far as later steps need it.
        evaluated_at: Time of the evaluation, ISO format.
    """

    verdict: Verdict
    document: Mapping[str, Any]
    evaluated_at: str


class UnchangedPlan:
    """The last plan without changes of a stack.

    Args:
        root: Project folder.
        stack: Stack name.
        plan: The plan file.
        others: Files that the verdict depends on: the configuration and the waivers; None for one that is missing.
        run: How the plan was made.
    """

    def __init__(self, root: Path, stack: str, plan: bytes, others: tuple[Path | None, ...], run: PlanRun) -> None:
        self._file = root / FOLDER / f"{Path(stack).name}.json"
        self._key = _key(plan, others, run)

    def find(self) -> KeptVerdict | None:
        """Return the verdict on the same plan; None if there is none."""
        from lakekit_policies import Verdict

        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if not self._key or kept["key"] != self._key:
                return None
            verdict, evaluated_at = Verdict.from_dict(kept["verdict"]), str(kept["evaluated_at"])
            document = {"applyable": False, "terraform_version": str(kept["terraform"])}
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not verdict.passed or verdict.acknowledged:
            return None
        note = f"nothing changes; the same plan was evaluated at {evaluated_at}"
        return KeptVerdict(replace(verdict, notes=[*verdict.notes, note]), document, evaluated_at)

    def keep(self, verdict: Verdict, document: Mapping[str, Any], evaluated_at: str) -> None:
        """Keep a verdict if it can be used again; without a write permission, the next run evaluates again."""
        if not self._key or not verdict.passed or verdict.acknowledged or not _changes_nothing(document):
            return
        kept = {
            "key": self._key,
            "evaluated_at": evaluated_at,
            "terraform": str(document.get("terraform_version", "")),
            "verdict": verdict.to_dict(),
        }
        draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as stream:
                json.dump(kept, stream)
            draft.replace(self._file)
        except OSError:
            with suppress(OSError):
                draft.unlink()


def _changes_nothing(document: Mapping[str, Any]) -> bool:
    """Whether an apply of the plan would change neither a resource nor the state."""
    changed = document.get("resource_drift") or document.get("deferred_changes") or document.get("errored")
    return document.get("applyable") is False and document.get("complete") is True and not changed


def _key(plan: bytes, others: tuple[Path | None, ...], run: PlanRun) -> str:
    """Digest of all that determines the verdict; empty if a part of it is not known."""
    from lakekit_policies.gate.connections import ENGINE_PYTHON
    from lakekit_policies.gate.engine_address import engine_digest

    content = content_digest(plan)
    if not content or os.environ.get(ENGINE_PYTHON):
        return ""  # the libraries of another interpreter are not known
    try:
        files = [hashlib.sha256(file.read_bytes()).hexdigest() if file else "" for file in others]
    except OSError:
        return ""
    libraries = [version(name) for name in _ENGINE_LIBRARIES]
    parts = [content, engine_digest(), libraries, files, run.to_dict(), date.today().isoformat()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
