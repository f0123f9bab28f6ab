from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, mapping

_MODULES: Final = "--additional-python-modules"
# PEP 508: a name with extras. Version specifiers that admit one version only are == and ===, without a wildcard.
_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?")
_PINNED: Final = re.compile(r"\s*={2,3}\s*[^*,\s]+\s*")


class JobModulesPinned(Rule):
    id = "LK_GLUE_15"
    title = "Python modules of Glue jobs have exact versions"
    severity = "medium"
    rationale = (
        "Glue installs `--additional-python-modules` from the public package index at every start of the job. Without "
        "an exact version, a new release of the package runs with the role of the job, unreviewed."
    )
    remedy = "Give exact versions (`pyarrow==17.0.0`), or wheels in a bucket of the environment (`s3://…/x.whl`)."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-libraries.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-7", "SI-7", "SR-3"], "soc2": ["CC6.8", "CC8.1"]}
    resources = ("aws_glue_job",)

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("default_arguments", "non_overridable_arguments"):
            given = mapping(block, name).get(_MODULES)
            open_ones = [one.strip() for one in _requirements(str(given or "")) if _is_open(one.strip())]
            if open_ones:
                yield f"{name}.{_MODULES} names {', '.join(open_ones)} without an exact version"


def _requirements(text: str) -> list[str]:
    """The modules of a list with commas; a comma also separates the bounds of a version and extras."""
    return re.split(r",(?=\s*[A-Za-z0-9$])(?![^\[]*\])", text)


def _is_open(requirement: str) -> bool:
    """Whether a module of a package index has no exact version; files are compared by LK_DEST_3."""
    if not requirement or "://" in requirement or requirement.startswith(("$", "/", "-")):
        return False
    name = _NAME.match(requirement)
    rest = requirement[name.end() :] if name else requirement
    return _PINNED.fullmatch(rest.partition(";")[0]) is None


check = JobModulesPinned()
