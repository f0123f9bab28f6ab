from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.declarations import Declarations

_LOCAL: Final = ("./", "../")
_DEPTH: Final = len(("cdktf.out", "stacks", "NAME"))
"""Folders between the project and a stack, from which the sources of modules are relative. Where the project of another
configuration begins, a plan does not show."""


class ModuleSourcesLocal(ActionRule):
    id = "LK_ACT_5"
    title = "Modules come from the project"
    severity = "high"
    rationale = (
        "A module from a registry, a repository or a bucket can change between the review and the plan: versions of "
        "modules are not part of the dependency lock file. Files outside of the project are not part of its review."
    )
    remedy = (
        "Copy the module into the project and call it by a relative path, below the root module if it was not written "
        "by Lakekit. To keep it, allow the kind in `trust_boundary.allowed_actions` of the environment file, or with "
        "`--allowed-action`, with a reason."
    )
    reference = "https://developer.hashicorp.com/terraform/language/files/dependency-lock"
    pack = "baseline"
    controls = {"nist": ["CM-7", "SR-3", "SI-7"], "soc2": ["CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        sources = {module.address: module.source for module in declared.modules}
        for address, written in sources.items():
            source = written.partition("?")[0] or "a source that is not known"
            if not written.startswith(_LOCAL):
                yield OutsideAction(address, "module_source", f"the module comes from {source}")
            elif (levels := _levels_up(address, sources)) > _DEPTH:
                message = f"the module comes from {source}, outside of the project"
                yield OutsideAction(address, "module_source", message)
            elif levels and not stack_context.current().stack:
                message = (
                    f"the module comes from {source}, above the root module; whether that is the project is not known"
                )
                yield OutsideAction(address, "module_source", message, undecided=True)


def _levels_up(address: str, sources: Mapping[str, str]) -> int:
    """How many folders above the stack a local module is; 0 inside of a module that is not local."""
    path, parent = sources[address], address.rpartition(".module.")[0]
    while parent in sources:
        if not sources[parent].startswith(_LOCAL):
            return 0
        path, parent = posixpath.join(sources[parent], path), parent.rpartition(".module.")[0]
    return posixpath.normpath(path).split("/").count("..")


check = ModuleSourcesLocal()
