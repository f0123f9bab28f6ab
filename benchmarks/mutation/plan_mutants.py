"""Plan mutants: deletions, widened policies and grants, replacements."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.plan_rules.grants_not_widened import GRANTS
from lakekit_policies.plan_rules.kms_key_unchanged import KEY_ATTRIBUTES
from lakekit_policies.plan_rules.protection_not_removed import protects
from lakekit_policies.shared.stateful_types import STATEFUL_TYPES
from lakekit_policies.terraform import schema
from lakekit_policies.terraform.stack_as_full_plan import convert_stack_fully
from mutation import edits, unknown_value_mutants
from mutation.mutant import Document, Mutant, resources

_RIGHT: Final = {
    "Sid": "Mutant",
    "Effect": "Allow",
    "Action": "s3:DeleteObject",
    "Resource": "arn:aws:s3:::acme-other/*",
}
_GRANTS: Final = ("aws_lakeformation_permissions", "snowflake_grant_privileges_to_account_role")


def unchanged(document: Document) -> Document:
    """The plan of a deployed stack without changes."""
    plan = convert_stack_fully(document)
    for entry in edits.entries(plan):
        after = entry["change"]["after"]
        entry["change"].update(actions=["no-op"], before=copy.deepcopy(after), after=copy.deepcopy(after))
    return plan


def finished(plan: Document, document: Document) -> Document:
    """Make a plan consistent with its changes; return the configuration it could be planned from."""
    entries, root, settings = edits.entries(plan), edits.planned_module(plan), edits.configured_module(plan)
    after = {entry["address"]: entry["change"]["after"] for entry in entries}
    at = {entry["address"]: entry for entry in [*entries, *root["resources"]]}
    root["resources"] = [
        {**{key: at[address][key] for key in ("address", "mode", "type", "name")}, "values": values}
        for address, values in after.items()
        if values is not None
    ] + [entry for entry in root["resources"] if entry["mode"] == "data"]
    kept = {entry["address"] for entry in root["resources"]}
    known = {entry["address"] for entry in settings["resources"]}
    settings["resources"] = [entry for entry in settings["resources"] if entry["address"] in kept] + [
        {**{key: at[address][key] for key in ("address", "mode", "type", "name")}, "expressions": {}}
        for address in sorted(kept - known)
    ]
    written: Document = copy.deepcopy(document)
    for address in set(after) - kept:
        edits.remove_resource(written, address)
    for edit in plan.pop("written", ()):
        edit(written)
    for address in kept - known:
        edits.add_resource(written, address)
    return written


def mutants(stack: str, document: Document) -> Iterator[Mutant]:
    """Every mutant of a plan of the stack."""
    moved: set[str] = set()
    for kind, name, body in resources(document):
        address = f"{kind}.{name}"

        def mutant(
            category: str, words: str, edit: Callable[[Document], Any], *, critical: bool, address: str = address
        ) -> Mutant:
            return Mutant(f"plan: {category}", stack, address, "", words, critical, _at(address, edit), "plan")

        if kind in STATEFUL_TYPES:
            yield mutant("data deleted", "deleted", _delete(["delete"]), critical=True)
            yield mutant("data deleted", "replaced", _delete(["delete", "create"]), critical=True)
            yield mutant("data deleted", "forgotten", _delete(["forget"]), critical=True)
        if protects(kind, body):
            yield mutant("protection removed", "deleted", _delete(["delete"]), critical=True)
        if kind in KEY_ATTRIBUTES:
            yield mutant("key changed", "another key", _other_key(kind), critical=False)
        for attribute in sorted(policy_documents.POLICY_ATTRIBUTES & set(body)):
            yield mutant(
                "permissions widened", f"{attribute}: a statement more", _add_permission(attribute), critical=True
            )
        if kind in _GRANTS:
            yield mutant("permissions widened", "a permission more", _add_grant, critical=True)
        holder = next((one for one in GRANTS[kind].grantee_attributes if body.get(one)), "") if kind in GRANTS else ""
        if holder:
            words = f"{holder}: to another grantee"
            yield mutant("permissions widened", words, _change_grantee(holder), critical=True)
        if kind in schema.load().taggable:
            yield mutant("tag removed", "tags_all.owner", _untagged, critical=False)
        # Values of references are not known here; a real plan has them from the state.
        stated = any(isinstance(body.get(key), str) and "${" not in body[key] for key in body if key != "//")
        if kind not in moved and kind not in STATEFUL_TYPES and stated:
            moved.add(kind)
            yield Mutant("plan: moved", stack, address, "", "under another address", False, _moved(address), "plan")
        yield from unknown_value_mutants.mutants(stack, kind, name, body)
    yield Mutant("plan: blast radius", stack, "", "", "half of it goes", True, _delete_half, "plan")


def _at(address: str, edit: Callable[[Document], Any]) -> Callable[[Document], None]:
    def change(plan: Document) -> None:
        edit(edits.entry(plan, address)["change"])

    return change


def _delete(actions: list[str]) -> Callable[[Document], None]:
    def edit(change: Document) -> None:
        change["actions"] = actions
        if "create" not in actions:
            change["after"] = None

    return edit


def _other_key(kind: str) -> Callable[[Document], None]:
    def edit(change: Document) -> None:
        change["actions"] = ["update"]
        for when, key in (("before", "ours"), ("after", "other")):
            for path in KEY_ATTRIBUTES[kind]:
                _put(change[when], path.split("."), f"arn:aws:kms:eu-west-1:333333333333:key/{key}")

    return edit


def _put(values: Any, path: list[str], value: str) -> None:
    for step in path[:-1]:
        values = values[0] if isinstance(values, list) else values
        values = values.setdefault(step, [{}])
    (values[0] if isinstance(values, list) else values)[path[-1]] = value


def _add_permission(attribute: str) -> Callable[[Document], None]:
    def edit(change: Document) -> None:
        policy = policy_documents.parse(change["after"].get(attribute))
        if not isinstance(policy, dict):
            policy = {"Statement": []}
        first = next((item for item in policy_documents.statements(policy) if "Principal" in item), None)
        added = {**_RIGHT, **({"Principal": {"AWS": "arn:aws:iam::333333333333:role/acme-other"}} if first else {})}
        if attribute == "assume_role_policy":
            added = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": added["Principal"]}
        change["actions"] = ["update"]
        change["after"][attribute] = json.dumps({**policy, "Statement": [*policy_documents.statements(policy), added]})

    return edit


def _add_grant(change: Document) -> None:
    change["actions"] = ["update"]
    name = "permissions" if "permissions" in change["after"] else "privileges"
    change["after"][name] = [*(change["after"].get(name) or []), "DROP"]


def _change_grantee(holder: str) -> Callable[[Document], None]:
    """Most grants cannot be updated: they are replaced under the same address."""

    def edit(change: Document) -> None:
        change["actions"] = ["delete", "create"]
        change["replace_paths"] = [[holder]]
        change["after"][holder] = "arn:aws:iam::333333333333:role/acme-other"

    return edit


def _untagged(change: Document) -> None:
    change["actions"] = ["update"]
    change["after"]["tags_all"] = {**(change["after"].get("tags_all") or {}), "owner": ""}


def _moved(address: str) -> Callable[[Document], None]:
    def edit(plan: Document) -> None:
        entry = edits.entry(plan, address)
        twin = copy.deepcopy(entry)
        twin.update(name=f"{entry['name']}Moved", address=f"{address}Moved")
        twin["change"].update(actions=["create"], before=None)
        entry["change"].update(actions=["delete"], after=None)
        edits.add_entry(plan, twin)

    return edit


def _delete_half(plan: Document) -> None:
    entries = edits.entries(plan)
    for entry in entries[: max(6, len(entries) // 2)]:
        entry["change"].update(actions=["delete"], after=None)
