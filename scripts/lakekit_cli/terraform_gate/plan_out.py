"""The file of `plan -out`: it holds a plan only after the plan has passed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lakekit.errors import LakekitError

from .arguments import Command
from .plan_target import target_problem
from .process import print_stderr
from .sealed_plan import SealedPlan


@dataclass(frozen=True)
class PlanOut:
    """The file that a command line names by `-out`.

    Attributes:
        command: Parsed command line.
        working: Working directory of Terraform.
    """

    command: Command
    working: Path

    @property
    def path(self) -> Path | None:
        """The file; None without `plan -out`."""
        out = self.command.value("out") if self.command.name == "plan" else None
        return (self.working / out).absolute() if out else None

    def problem(self) -> str:
        """Return why a plan must not be written there; empty if it may."""
        return "" if self.path is None else target_problem(self.path, self.working.absolute())

    def save(self, plan: SealedPlan) -> None:
        """Write a plan that has passed.

        Raises:
            LakekitError: The file cannot be written.
        """
        if self.path is None:
            return
        try:
            plan.save(self.path)
        except OSError as error:
            raise LakekitError(
                f"the plan cannot be saved: {error.strerror or error}", where=str(self.path), fix="pass another -out"
            ) from error
        if not self.command.has("json"):
            name = self.command.value("out")
            print_stderr(f'Saved the plan to {name}. To apply exactly this plan: lakekit-terraform apply "{name}"')

    def discard(self) -> None:
        """Remove an earlier plan, so that a failed run does not leave a plan to apply."""
        if self.path is not None and self.path.is_file():
            self.path.unlink()
            print_stderr(f"The plan file {self.command.value('out')} was removed.")
