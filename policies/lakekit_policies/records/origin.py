"""Where a record comes from: tier, account, commit, command line, user, and the gate that has evaluated."""

from __future__ import annotations

import hashlib
from functools import cache

from pydantic import BaseModel, ConfigDict, StrictBool

from lakekit_policies.shared.package_files import package_files


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
    dirty: StrictBool | None = None
    command: str = ""
    user: str = ""
    gate_version: str = ""
    rules_sha256: str = ""


@cache
def rules_sha256() -> str:
    """SHA-256 over every file of this package: rules, analyzers and gate; equal for equal files on every machine."""
    total = hashlib.sha256()
    for path, content in package_files():
        total.update(path.encode() + b"\0" + content)
    return total.hexdigest()
