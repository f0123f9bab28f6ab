"""Where a record comes from: tier, account, commit, command line, user, and the gate that has evaluated."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class RunOrigin(BaseModel):
    """Origin of a recorded run; a value that could not be determined is empty.

    Attributes:
        tier: tier of the stack, as its configuration states it.
        account_id: AWS account id, as the configuration states it.
        region: AWS region, as the configuration states it.
        commit: commit of the project that was checked out.
        dirty: whether the project had uncommitted changes; None if there is no commit.
        command: command line without the values of variables and backend settings.
        user: user of the pipeline, or e-mail address of git and login.
        gate_version: version of Lakekit.
        rules_sha256: hash of the rules and of the gate (:func:`rules_sha256`).
    """

    model_config = ConfigDict(frozen=True)

    tier: str = ""
    account_id: str = ""
    region: str = ""
    commit: str = ""
    dirty: bool | None = None
    command: str = ""
    user: str = ""
    gate_version: str = ""
    rules_sha256: str = ""


@cache
def rules_sha256() -> str:
    """SHA-256 over every file of this package: rules, analyzers and gate; equal for equal files on every machine."""
    package = Path(__file__).resolve().parents[1]
    total = hashlib.sha256()
    for file in sorted(package.rglob("*"), key=lambda file: file.relative_to(package).as_posix()):
        if file.is_file() and "__pycache__" not in file.parts:
            total.update(file.relative_to(package).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
