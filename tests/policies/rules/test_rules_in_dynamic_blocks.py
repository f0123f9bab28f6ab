"""Rules find in a dynamic block what they find in a written one, and state nothing else.

A sample of the weakened reference stacks: a nested block of the weakened resource is written as a dynamic one, with a
known and with an unknown number of instances.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dynamic_forms import ONE, UNKNOWN, Document, Place, Stated, at_plan, at_synth, blocks, dynamic, first_plan, plan
from rule_cases import changed
from violations import SYNTH, SYNTH_WITH_SIDE_FINDINGS

from lakekit_policies.terraform import block_schema
from nonempty import nonempty

VIOLATIONS = {**SYNTH, **SYNTH_WITH_SIDE_FINDINGS}
ALWAYS = ("LK_DEST_3", "LK_FLINK_1", "LK_GLUE_12", "LK_MSK_2", "LK_S3_7", "LK_SCHED_1")
"""Rules whose violations are in nested blocks, always part of the sample."""
SAMPLE = 6
WITHOUT_STACK = {"LK_VPC_8"}
"""Rules that need references as they are written, which a plan does not list for a dynamic block."""


@pytest.fixture(scope="session")
def stacks(synthesized: Path) -> dict[str, Document]:
    files = synthesized.glob("stacks/prod-*/cdk.tf.json")
    return {file.parent.name.removeprefix("prod-"): json.loads(file.read_text()) for file in files}


def places(stack: Document, original: Document) -> Iterator[tuple[str, str, Place]]:
    """Nested blocks of the resources of AWS that were changed."""
    for kind, named in stack["resource"].items():
        for name, body in named.items():
            if kind.startswith("aws_") and original["resource"].get(kind, {}).get(name) != body:
                yield from ((kind, name, place) for place in blocks(kind, body))


def lost(before: Stated, after: Stated) -> list[tuple[str, str]]:
    return sorted(before.keys() - after.keys())


def untrue(before: Stated, after: Stated) -> list[tuple[tuple[str, str], str]]:
    """What is stated of a dynamic block, but not of the written one."""
    gained = [(key, reason) for key, reason in after.items() if key not in before and key[0] not in WITHOUT_STACK]
    return [(key, reason) for key, reason in gained if not reason.startswith("not known yet: ")]


def _sample(stacks: dict[str, Document]) -> list[tuple[Document, str, str, Place]]:
    shuffled = random.Random(12)
    others = sorted(VIOLATIONS.keys() - set(ALWAYS))
    shuffled.shuffle(others)
    found: list[tuple[Document, str, str, Place]] = []
    for rule in (*ALWAYS, *others):
        stack, weaken = VIOLATIONS[rule]
        if len(found) == len(ALWAYS) + SAMPLE or stack not in stacks:
            continue
        weak = changed(stacks[stack], weaken)
        if at := list(places(weak, stacks[stack])):
            found.append((weak, *shuffled.choice(at)))
    return nonempty(found)


@pytest.mark.parametrize("number", range(len(ALWAYS) + SAMPLE))
def test_dynamic_block_is_evaluated_like_a_written_one(
    tmp_path: Path, stacks: dict[str, Document], number: int
) -> None:
    weak, kind, name, place = _sample(stacks)[number]
    synth, document = at_synth(tmp_path, weak), first_plan(weak)
    planned, alone = at_plan(tmp_path, document, weak), at_plan(tmp_path, document, None)
    for for_each, is_known in ((ONE, True), (UNKNOWN, False)):
        written = dynamic(weak, kind, name, place, for_each)
        made = plan(weak, kind, name, place, known=is_known)
        is_dynamic = block_schema.is_dynamic(kind, [one for one in place if isinstance(one, str)])
        stages: dict[str, tuple[Stated, Stated]] = {
            "synth": (synth, at_synth(tmp_path, written)),
            "plan with the stack": (planned, at_plan(tmp_path, made, written)),
        }
        if is_known or is_dynamic:  # an unknown block that the provider computes is not one without the stack
            stages["plan"] = (alone, at_plan(tmp_path, made, None))
        at: Any = (for_each, kind, place)
        assert (at, {stage: lost(*one) for stage, one in stages.items()}) == (at, {key: [] for key in stages})
        assert (at, {stage: untrue(*one) for stage, one in stages.items()}) == (at, {key: [] for key in stages})


@pytest.mark.parametrize("number", range(4))
def test_clean_stack_stays_clean_with_a_dynamic_block(tmp_path: Path, stacks: dict[str, Document], number: int) -> None:
    chosen = random.Random(number)
    stack = stacks[chosen.choice(sorted(stacks.keys() - {"snowflake", "sales-snowflake", "catalog"}))]
    nested = list(places(stack, {"resource": {}}))
    kind, name, place = chosen.choice(nonempty(nested))
    written = dynamic(stack, kind, name, place, ONE)
    assert untrue(at_synth(tmp_path, stack), at_synth(tmp_path, written)) == []
    for is_known, for_each in ((True, ONE), (False, UNKNOWN)):
        before = at_plan(tmp_path, first_plan(stack), stack)
        made = plan(stack, kind, name, place, known=is_known)
        after = at_plan(tmp_path, made, dynamic(stack, kind, name, place, for_each))
        assert untrue(before, after) == []
