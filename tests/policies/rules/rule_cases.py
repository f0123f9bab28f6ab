"""Test cases of rules: a valid configuration and changes that a rule must reject.

Each ``test_rules_*.py`` lists its cases in ``CASES``; the real engine evaluates every case.
"""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lakekit_policies import Finding, Gate, Verdict

ACCOUNT = "111111111111"
BOUNDARY = {
    "accounts": {"222222222222": "another account of the company"},
    "organizations": ["o-acme123456"],
    "oidc_subjects": {"token.actions.githubusercontent.com": ["repo:acme/*"]},
    "buckets": ["acme-raw"],
}
"""Trust boundary of every case; its own account is inside too."""
CASE_KEYS = ("tier", "edition", "vocabularies", "domain", "trust_boundary", "snowflake_policies", "athena_workgroups")
"""Keys of a case for the stack metadata, which are not Terraform configuration."""
Document = dict[str, Any]
Change = Callable[[Document], None]


@dataclass(frozen=True, slots=True)
class Case:
    """Configurations that a rule passes, and changes that it rejects with the expected message."""

    rule: str
    good: Document
    bad: dict[str, tuple[Change, str]]
    also_good: dict[str, Change] = field(default_factory=dict)


@cache
def gate() -> Gate:
    """Gate shared by all cases."""
    return Gate.start()


def evaluate_rule(rule_id: str, document: Document) -> list[str]:
    """Messages of one rule for a configuration or plan (see :func:`plan`)."""
    return [f"{f.address}: {f.reason}" for f in findings(document) if f.rule_id == rule_id]


def findings(document: Document) -> list[Finding]:
    """Findings of all rules."""
    return verdict(document).findings


def verdict(document: Document) -> Verdict:
    """Verdict of the gate for a configuration or plan."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Path(folder) / "cdk.tf.json"
        if "resource_changes" not in document:
            own = {key: value for key, value in document.items() if key not in CASE_KEYS}
            stack.write_text(json.dumps({**own, **_metadata(document)}))
            return gate().evaluate_synth(stack.parent)
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(document))
        written: Document = {}
        for entry in document["configuration"]["root_module"]["resources"]:
            written.setdefault(entry["type"], {})[entry["name"]] = {}
        stack.write_text(json.dumps({"resource": written, **_metadata(document)}))
        return gate().evaluate_plan(file, stack=stack)


def _metadata(document: Document) -> Document:
    """Stack metadata from the keys of the case."""
    known = {"tier": document.get("tier", "prod"), "account_id": ACCOUNT, "environment": "case", "stack": "case"}
    known["trust_boundary"] = BOUNDARY
    known |= {key: document[key] for key in CASE_KEYS[1:] if key in document}
    if known["trust_boundary"] is None:  # nothing states one
        del known["trust_boundary"], known["account_id"]
    return {"//": {"metadata": {"stackName": "case-case", "lakekit": known}}}


def plan(*changes: Document) -> Document:
    """Plan with these changes (see :func:`change`); the last one of an address counts."""
    changes = tuple({(one["address"], one.get("deposed")): one for one in changes}.values())
    planned = [c for c in changes if c["change"]["after"] is not None]
    at = [{key: entry[key] for key in ("address", "mode", "type", "name")} for entry in planned]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": list(changes),
        "planned_values": {
            "root_module": {
                "resources": [{**entry, "values": c["change"]["after"]} for entry, c in zip(at, planned, strict=True)]
            }
        },
        "configuration": {"root_module": {"resources": [{**entry, "expressions": {}} for entry in at]}},
    }


def change(address: str, actions: str, before: Document | None, after: Document | None, **more: Any) -> Document:
    """Entry of ``resource_changes``; ``actions`` are separated by spaces."""
    kind, _, name = address.partition(".")
    entry = {"address": address, "mode": "managed", "type": kind, "name": name}
    reason = more.pop("reason", None)
    if reason:
        entry["action_reason"] = reason
    body = {"actions": actions.split(), "before": before, "after": after, "after_unknown": {}, **more}
    return {**entry, "change": body}


def changed(document: Document, *changes: Change) -> Document:
    result = copy.deepcopy(document)
    for change in changes:
        change(result)
    return result


def resources(**more: Any) -> Document:
    return {"resource": more}


def put(path: str, value: Any) -> Change:
    """Set the value at ``type/name/attribute/…``; names may be abbreviated to a prefix, digits are indexes."""

    def change(document: Document) -> None:
        *parents, last = path.split("/")
        target = _walk(document, parents)
        target[int(last) if isinstance(target, list) else last] = value

    return change


def drop(path: str) -> Change:
    """Remove the value at a path."""

    def change(document: Document) -> None:
        *parents, last = path.split("/")
        target = _walk(document, parents)
        del target[_key(target, last)]

    return change


def statement(path: str, sid: str, edit: Callable[[Document], Any] | None = None) -> Change:
    """Edit a statement of the policy at a path; without ``edit``, remove it."""

    def change(document: Document) -> None:
        *parents, last = path.split("/")
        target = _walk(document, parents)
        policy = json.loads(target[last])
        found = [item for item in policy["Statement"] if item["Sid"] == sid]
        assert len(found) == 1, f"{path} holds {[item['Sid'] for item in policy['Statement']]}"
        if edit is None:
            policy["Statement"].remove(found[0])
        else:
            edit(found[0])
        target[last] = json.dumps(policy)

    return change


def add_statement(path: str, **added: Any) -> Change:
    def change(document: Document) -> None:
        *parents, last = path.split("/")
        target = _walk(document, parents)
        policy = json.loads(target[last])
        policy["Statement"].append(added)
        target[last] = json.dumps(policy)

    return change


def both(*changes: Change) -> Change:
    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def tier(name: str) -> Change:
    def change(document: Document) -> None:
        document["tier"] = name

    return change


def policy(*statements: Document) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _walk(document: Document, steps: list[str]) -> Any:
    target: Any = document
    if steps and steps[0] not in document:
        target = document["resource"]
    for step in steps:
        target = target[_key(target, step)]
    return target


def _key(target: Any, step: str) -> Any:
    if isinstance(target, list):
        return int(step)
    if step in target:
        return step
    found = [key for key in target if key.startswith(step)]
    assert len(found) == 1, f"{step!r} is one of {list(target)}"
    return found[0]
