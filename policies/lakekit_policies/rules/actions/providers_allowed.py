from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.declarations import Declarations
from lakekit_policies.terraform.plan_file import BUILT_IN

ALLOWED: Final = {
    "hashicorp/aws": "evaluated by the rules",
    "snowflakedb/snowflake": "evaluated by the rules",
    "snowflake-labs/snowflake": "former name of the same provider",
    BUILT_IN: "part of Terraform: terraform_data, terraform_remote_state",
    "hashicorp/random": "computes values, calls no API",
    "hashicorp/time": "computes values, calls no API",
    "hashicorp/tls": "creates keys and certificates in the state, calls no API",
    "hashicorp/archive": "packs files of the machine that applies",
    "hashicorp/local": "reads and writes files of the machine that applies; paths are restricted below",
    "hashicorp/null": "creates nothing; provisioners are a finding of their own",
    "hashicorp/cloudinit": "renders user data, calls no API",
    "hashicorp/template": "renders templates, calls no API",
}
"""Providers that are evaluated, or that do not act on anything outside of the state; with the reason."""
# Their data source or action has a rule or kind of its own.
_OWN_KINDS: Final = frozenset({"hashicorp/external", "hashicorp/http"})
_FILES: Final = frozenset({"local_file", "local_sensitive_file"})


class ProvidersAllowed(ActionRule):
    id = "LK_ACT_4"
    title = "Configurations use only providers that the gate evaluates or that act on nothing"
    severity = "high"
    rationale = (
        "No rule evaluates resources of other providers: they can copy data to another cloud, create users or run "
        "commands. A provider of the same name from another source is other code with the same credentials."
    )
    remedy = (
        "Use the AWS and Snowflake providers of their vendors. To use another one, allow its kind in "
        "`trust_boundary.allowed_actions` of the environment file, with a reason."
    )
    reference = "https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses"
    pack = "baseline"
    controls = {"nist": ["CM-7", "SR-3"], "soc2": ["CC8.1", "CC9.2"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for source, address in declared.providers.items():
            if source.lower() not in ALLOWED and source.lower() not in _OWN_KINDS:
                name = source.rpartition("/")[2]
                yield OutsideAction(address, f"provider_{name}", f"provider {source} is not evaluated by any rule")
        for resource in declared.resources:
            path = str(resource.arguments.get("filename", "")) if resource.type in _FILES else ""
            if path.startswith(("/", "~")) or ".." in path.split("/"):
                yield OutsideAction(resource.address, "local_file", f"writes {path}, outside of the configuration")


check = ProvidersAllowed()
