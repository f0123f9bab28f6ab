"""What the tests of the local cloud share."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lakekit_cli.toolchain import find_terraform, provider_source
from lakekit_local import LocalCloud, isolated

ACCOUNT, REGION = "111111111111", "eu-west-1"


@dataclass(frozen=True)
class Terraform:
    """Real Terraform with the real provider, in one folder, against the local cloud."""

    folder: Path
    environ: dict[str, str]

    @classmethod
    def of(cls, cloud: LocalCloud, configuration: Path, folder: Path) -> Terraform:
        """A copy of a configuration, initialized."""
        shutil.copytree(configuration, folder)
        source = provider_source(folder)
        here = {**os.environ, **source.variables, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        made = cls(folder, isolated(cloud.variables(ACCOUNT, REGION), here))
        made("init")
        return made

    def __call__(self, command: str, *words: str, code: int = 0) -> str:
        """Run a command; its output. Any other exit code than the expected fails the test with all it said."""
        line = [str(find_terraform().path), command, "-no-color", "-input=false", *words]
        done = subprocess.run(line, cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == code, f"{' '.join(line)} ended with {done.returncode}:\n{said[-8000:]}"
        return said
