from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

CREDENTIALS = ("access_key", "secret_key", "token")
EMULATOR_SETTINGS = (
    "endpoints",
    "insecure",
    "s3_use_path_style",
    "skip_credentials_validation",
    "skip_metadata_api_check",
    "skip_requesting_account_id",
)


class ProviderNoCredentialsOrEmulator(StackRule):
    id = "LK_TF_3"
    title = "Providers contain no credentials or emulator settings"
    severity = "critical"
    rationale = (
        "Emulator settings in the configuration would be deployed to AWS. `skip_requesting_account_id` disables "
        "`allowed_account_ids`; `insecure` disables certificate verification."
    )
    remedy = "Pass credentials and endpoints in environment variables (`lakekit local` does)."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(7)", "CM-6"], "soc2": ["CC6.1"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for address, block in stack.providers("aws"):
            for key in CREDENTIALS:
                if block.get(key):
                    yield Problem(address, f"{key} is set in the configuration")
            for key in EMULATOR_SETTINGS:
                if block.get(key) not in (None, False, "false", [], {}):
                    yield Problem(address, f"{key} is set; it is only needed for emulators")


check = ProviderNoCredentialsOrEmulator()
