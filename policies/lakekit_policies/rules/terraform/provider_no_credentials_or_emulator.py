from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.rules._shared.connection_settings import UNSET, changed_connections
from lakekit_policies.terraform import plan_as_stack
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

CREDENTIALS = ("access_key", "secret_key", "token", "shared_config_files", "shared_credentials_files")
EMULATOR_SETTINGS = (
    "s3_use_path_style",
    "skip_credentials_validation",
    "skip_metadata_api_check",
    "skip_requesting_account_id",
)
# AWS issues no shorter credentials; plans made without an account contain placeholders.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
_SHORTEST_CREDENTIAL: Final = 16
_ONLY_WITHOUT_ACCOUNT: Final = (*CREDENTIALS[:3], *EMULATOR_SETTINGS)
"""Beginnings of the messages on settings that a plan without an account needs."""


class ProviderNoCredentialsOrEmulator(ConfigurationRule):
    id = "LK_TF_3"
    title = "Providers contain no credentials or emulator settings"
    severity = "critical"
    rationale = (
        "Emulator settings in the configuration would be deployed to AWS. `skip_requesting_account_id` disables "
        "`allowed_account_ids`; `insecure` disables certificate verification. Endpoints, proxies and bundles of "
        "certificates give requests and their data to another host."
    )
    remedy = "Pass credentials and endpoints in environment variables (`lakekit local` does)."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(7)", "CM-6"], "soc2": ["CC6.1"]}

    def problems(self, document: SynthesizedStack | PlanFile) -> Iterable[Problem]:
        if isinstance(document, SynthesizedStack):
            return self.stack_problems(document)
        return self._planned(plan_as_stack.convert_plan(document)[0])

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for address, block in stack.providers("aws"):
            for key in CREDENTIALS:
                if block.get(key):
                    yield Problem(address, f"{key} is set in the configuration")
            if block.get("profile"):
                message = "profile is set in the configuration: credentials depend on the machine that runs Terraform"
                yield Problem(address, message, warning=True)
            yield from (Problem(address, message) for _, message in changed_connections(block))
            for key in EMULATOR_SETTINGS:
                if block.get(key) not in UNSET:
                    yield Problem(address, f"{key} is set; it is only needed for emulators")

    def _planned(self, stack: SynthesizedStack) -> Iterator[Problem]:
        """Problems of a plan: one made without an account has placeholders, and cannot be applied to AWS."""
        placeholders = {address for address, block in stack.providers("aws") if _has_placeholders(block)}
        for problem in self.stack_problems(stack):
            warning = problem.address in placeholders and problem.message.startswith(_ONLY_WITHOUT_ACCOUNT)
            yield replace(problem, warning=True) if warning else problem


def _has_placeholders(block: Mapping[str, Any]) -> bool:
    """Whether both keys are too short to be those of an account."""
    keys = [block.get(key) for key in CREDENTIALS[:2]]
    return all(isinstance(key, str) and key and "${" not in key and len(key) < _SHORTEST_CREDENTIAL for key in keys)


check = ProviderNoCredentialsOrEmulator()
