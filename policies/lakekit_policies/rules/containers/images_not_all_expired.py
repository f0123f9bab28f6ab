from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from lakekit_policies.rule import Rule
from lakekit_policies.shared.json_text import MalformedJsonError, read_json_text
from lakekit_policies.terraform.blocks import Block

MIN_IMAGES: Final = 3
"""The deployed image, the one before it, and the one that is being deployed."""
MIN_DAYS: Final = 30
"""Days without a push after which no image would be left."""
_TEMPORARY: Final = re.compile(
    r"(?i)\W*(?:pr|pull|mr|dev|test|tmp|temp|ci|build|feature|branch|snapshot|nightly|cache|sha)\b.*"
)


class ImagesNotAllExpired(Rule):
    id = "LK_ECR_4"
    title = "Lifecycle policies keep images to deploy and to roll back to"
    severity = "high"
    rationale = (
        "A policy that keeps one image, or deletes every image after a day, deletes what is deployed: containers that "
        "start again cannot pull it, and no earlier version is left to return to."
    )
    remedy = (
        "Keep at least three images, or images of 30 days, for `any` and for tags that are deployed. Untagged images "
        "and tags of builds may expire earlier."
    )
    reference = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("aws_ecr_lifecycle_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        policy = _parsed(block.get("policy"))
        rules = policy.get("rules") if isinstance(policy, dict) else None
        for rule in rules if isinstance(rules, list) else []:
            selection = rule.get("selection") if isinstance(rule, dict) else None
            if not isinstance(selection, dict) or not _selects_deployed(selection):
                continue
            number, name = selection.get("countNumber"), f"rule {rule.get('rulePriority', 'without priority')}"
            if not isinstance(number, int | float):
                continue
            if selection.get("countType") == "imageCountMoreThan" and number < MIN_IMAGES:
                yield f"{name} keeps {number} of {_selected(selection)}, below {MIN_IMAGES}"
            elif str(selection.get("countType")).startswith("since") and number < MIN_DAYS:
                yield f"{name} deletes {_selected(selection)} after {number} days, below {MIN_DAYS}"


def _parsed(policy: Any) -> Any:
    try:
        return read_json_text(policy) if isinstance(policy, str) else policy
    except MalformedJsonError:
        return None


def _tags(selection: dict[str, Any]) -> list[str]:
    given = [selection.get("tagPrefixList"), selection.get("tagPatternList")]
    return [str(one) for part in given if isinstance(part, list) for one in part]


def _selects_deployed(selection: dict[str, Any]) -> bool:
    """Whether a rule selects images that can be deployed: not only untagged ones or builds."""
    tags = _tags(selection)
    is_temporary = bool(tags) and all(map(_TEMPORARY.fullmatch, tags))
    return selection.get("tagStatus") != "untagged" and not is_temporary


def _selected(selection: dict[str, Any]) -> str:
    tags = _tags(selection)
    return f"the images with tags {', '.join(tags)}" if tags else "all images"


check = ImagesNotAllExpired()
