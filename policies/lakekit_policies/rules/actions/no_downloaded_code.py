from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.rules._shared.program_texts import program_texts
from lakekit_policies.rules._shared.shell_commands import remote_code
from lakekit_policies.rules._shared.spark_packages import downloaded_packages
from lakekit_policies.terraform.declarations import Declarations

_OTHER_RULES: Final = ("aws_emr_cluster",)  # LK_EMR_9


class NoDownloadedCode(ActionRule):
    id = "LK_ACT_10"
    title = "Commands and scripts run no downloaded code"
    severity = "high"
    rationale = (
        "`curl … | bash` in user data, a container or an override of its command runs whatever the host returns, with "
        "the role of the task or instance. No plan or repository shows the code, and the host can change it later."
    )
    remedy = (
        "Build the program into the image, or copy it into a bucket of the environment and run it from there. To keep "
        "it, allow `downloaded_code` in `trust_boundary.allowed_actions`, with a reason."
    )
    reference = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html"
    pack = "baseline"
    controls = {"nist": ["CM-7", "SI-7", "SC-7"], "soc2": ["CC6.8", "CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            if resource.mode == "managed" and resource.type not in _OTHER_RULES:
                found = {
                    f"{path} {effect}: `{_line(text)}`"
                    for path, text in program_texts(resource.arguments)
                    if (effect := remote_code(text))
                }
                yield from (OutsideAction(resource.address, "downloaded_code", message) for message in sorted(found))
            if resource.mode == "managed":
                packages = dict.fromkeys(downloaded_packages(resource.arguments))
                yield from (
                    OutsideAction(resource.address, "downloaded_code", f"{path} downloads the package {package}")
                    for path, package in packages
                )


def _line(text: str) -> str:
    """The start of a command for a message."""
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:79]}…"


check = NoDownloadedCode()
