from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list, nested

CLASSIFICATION: Final = "classification"


class TagExpressionsRestrict(Rule):
    id = "LK_LF_12"
    title = "LF-tag expressions name the values that they grant"
    severity = "high"
    rationale = (
        "The value `*` matches every value of a tag, future ones included: a grant on `classification=*` gives "
        "restricted tables, and an expression of wildcards alone gives the whole catalog. A principal with ASSOCIATE "
        "on every value can reclassify any table."
    )
    remedy = "List the values of `classification`, and at least one value of another tag that limits the grant."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/managing-tag-expressions.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-6", "AC-16"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_lakeformation_permissions", "aws_lakeformation_lf_tag_expression")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_lakeformation_lf_tag_expression":
            yield from _problems(block, reads_data=True)
            return
        granted = {str(one).upper() for one in as_list(block.get("permissions"))}
        for policy in nested(block, "lf_tag_policy"):
            yield from _problems(policy, reads_data=bool(granted - {"DESCRIBE"}))
        for tag in nested(block, "lf_tag"):
            values = {str(value) for value in as_list(tag.get("values"))}
            if "*" in values and granted - {"DESCRIBE"}:
                yield f"{', '.join(sorted(granted))} is granted on every value of LF-tag {tag.get('key')}"


def _problems(holder: Block, *, reads_data: bool) -> Iterator[str]:
    tags = {
        str(part.get("key") or part.get("tag_key")): {
            str(value) for value in as_list(part.get("values") or part.get("tag_values"))
        }
        for part in nested(holder, "expression")
    }
    if tags and all("*" in values or (reads_data and _is_every_value(key, values)) for key, values in tags.items()):
        yield f"the LF-tag expression matches every value of {', '.join(sorted(tags))}"
    elif any("*" in values for key, values in tags.items() if key.lower() == CLASSIFICATION):
        yield f"the LF-tag expression matches every value of {CLASSIFICATION}, future ones included"


def _is_every_value(key: str, values: set[str]) -> bool:
    """Whether a list has every value of a vocabulary of several."""
    known = set(stack_context.current().vocabularies.get(key, ()))
    return len(known) > 1 and known <= values


check = TagExpressionsRestrict()
