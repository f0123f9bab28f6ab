from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.secrets.attributes import find_in_value
from lakekit_policies.terraform.declarations import Declarations


class ConfigurationValuesNoSecrets(DeclarationRule):
    id = "LK_SECRET_2"
    title = "Outputs, variable defaults, local values, providers and backends contain no plaintext secrets"
    severity = "critical"
    rationale = (
        "Defaults and local values are stored in the repository, outputs in the state, settings of the backend in "
        "every working directory."
    )
    remedy = "Remove the value. Pass credentials as environment variables, and refer to secrets by their ARN."
    reference = "https://developer.hashicorp.com/terraform/language/manage-sensitive-data"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(7)"], "soc2": ["CC6.1"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        for address, value in declared.values.items():
            name = address.removesuffix(".default").rpartition(".")[2]
            for message in dict.fromkeys(find_in_value(name, value, name)):
                yield Problem(address, message)


check = ConfigurationValuesNoSecrets()
