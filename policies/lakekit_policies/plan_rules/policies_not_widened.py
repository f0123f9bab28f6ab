from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lakekit_policies.iam import policy_diff, policy_documents
from lakekit_policies.iam.documents import FoundPolicy, policies_of
from lakekit_policies.iam.statements import MalformedPolicyError
from lakekit_policies.plan_rules._created_resources import (
    IDENTIFIERS,
    CreatedResources,
    Planned,
    WideningRule,
    summarize,
)
from lakekit_policies.plan_rules._stated_permissions import policy_of
from lakekit_policies.plan_rules._unknown_arguments import UNDECIDED
from lakekit_policies.plan_rules.protection_not_removed import PROTECTIONS
from lakekit_policies.rule import Problem
from lakekit_policies.terraform import stack_context, undecided_documents
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile

HOLDERS = (
    *("role", "user", "group", "bucket", "key_id", "arn", "queue_url", "secret_arn", "cluster_arn", "resource_arn"),
    *("function_name", "layer_name"),
)

# Types whose policy is that of the whole account or Region, which exists already.
ACCOUNT_WIDE = (
    "aws_cloudwatch_event_permission",
    "aws_cloudwatch_log_resource_policy",
    "aws_ecr_registry_policy",
    "aws_glue_resource_policy",
)

# Types whose service allows everything without a policy.
OPEN_WITHOUT_POLICY = ("aws_vpc_endpoint",)


class PoliciesNotWidened(WideningRule):
    id = "LK_PLAN_5"
    title = "Plans do not widen policies of existing resources without acknowledgement"
    severity = "high"
    rationale = (
        "Statements that each satisfy the rules can still widen access to a role, bucket or key in use. In a plan, "
        "this is one line of escaped JSON."
    )
    remedy = "Review each line; then acknowledge this plan. Below staging, findings are warnings."
    reference = "https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=AC-6"
    pack = "plan"
    controls = {"nist": ["AC-2", "AC-6", "CM-3"], "soc2": ["CC6.2", "CC6.3", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        yield from super().problems(plan)
        stack = stack_context.current()
        planned = list(plan.changes())
        for change in planned if stack.tier != "sandbox" else ():
            # LK_PLAN_2 reports the protections that it knows; what leaves the state stays in the account.
            if (
                change.is_removed
                and not change.forgets
                and change.type not in PROTECTIONS
                and not _is_holder_removed(change, planned)
            ):
                for message in _denials_lost(change):
                    yield Problem(change.address, message, warning=not stack.at_least("staging"))

    def gained(self, change: Change, planned: Planned) -> Iterable[str]:
        created, values = planned.created, planned.values
        if not change.before and change.actions != ("create",):
            return []
        if not change.before and _is_of_created(change, created):
            return _through_roles(change, created, values)
        has_new_holder = change.replaces and any(
            change.before.get(holder) != value for holder in HOLDERS if (value := change.after.get(holder)) is not None
        )
        if has_new_holder:
            # Another principal or resource gets the policy: compare with no policy.
            new = replace(change, before={})
            return _through_roles(new, created, values) if created.includes(change, *HOLDERS) else _gained(new, values)
        return _gained(change, values)


def _through_roles(change: Change, created: CreatedResources, values: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What existing principals gain through a created role."""
    if suffix := created.through_roles(change, "role"):
        lines = _inline(change) if change.type == "aws_iam_role" else _gained(change, values)
        yield from (f"{line}{suffix}" for line in lines)


def _is_holder_removed(change: Change, planned: list[Change]) -> bool:
    """Whether the principal or resource of a policy is removed with it, or the policy has a successor."""
    held = {change.before.get(name) for name in HOLDERS} - {None}
    return not held or any(
        (other.destroys and held & {other.before.get(name) for name in IDENTIFIERS})
        or (other.type == change.type and "create" in other.actions and held & {other.after.get(n) for n in HOLDERS})
        for other in planned
        if other is not change
    )


def _denials_lost(change: Change) -> Iterator[str]:
    for policy in policies_of(change.type, change.before):
        try:
            lines = policy_diff.permissions_gained(policy.document, None)
        except MalformedPolicyError:
            continue
        if lines:
            yield f"{policy.attribute} is removed: {summarize(lines)}"


def _is_of_created(change: Change, created: CreatedResources) -> bool:
    """Whether a new policy is that of a resource which the plan creates: of another one, or its own."""
    named = any(change.after.get(name) or change.after_unknown.get(name) for name in HOLDERS)
    return created.includes(change, *HOLDERS) if named else change.type not in ACCOUNT_WIDE


def _gained(change: Change, texts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for attribute in _attributes(change):
        after = change.after.get(attribute)
        if change.after_unknown.get(attribute) is True:
            after = policy_diff.resolve_references(texts.get(change.address, {}).get(attribute), texts)
            if after is None and not change.before:
                continue  # LK_IAM_1 covers new policies that are unknown
            if after is None:
                yield f"{attribute} is not known before apply; its permissions cannot be compared"
                continue
            if change.before and undecided_documents.is_undecided(change.address, attribute):
                yield (
                    f"{attribute} has dynamic statements whose number is not known before apply; its permissions "
                    "cannot be compared"
                )
                continue
            if change.before and not isinstance(policy_documents.parse(after), dict):
                yield f"{attribute} {UNDECIDED}"
                continue
        before = policy_documents.parse(change.before.get(attribute) or None)
        if isinstance(before, dict | None) and isinstance(parsed := policy_documents.parse(after), dict):
            if policy_documents.is_data_protection(parsed):
                continue  # gives no permissions
            yield from _compared(attribute, before, parsed)
        elif before and not after and change.type in OPEN_WITHOUT_POLICY:
            yield f"{attribute} is removed; without a policy everything is allowed"
        elif before and not after and _denies(before):
            yield f"{attribute} is removed with its Deny statements"
    yield from _inline(change)
    yield from _nested(change)
    later = {name: f"({name} known after apply)" for name, unknown in change.after_unknown.items() if unknown is True}
    after = policy_of(change.type, {**change.after, **later})
    yield from _compared("permission", policy_of(change.type, change.before), after)


def _nested(change: Change) -> Iterator[str]:
    """Compare the policies in nested blocks, maps and JSON texts, at each path together."""
    before, after = (_by_path(change.type, values) for values in (change.before, change.after))
    for path in sorted({*before, *after}):
        if change.before and _is_unknown(change.after_unknown, path.split(".")):
            yield f"{path} is not known before apply; its permissions cannot be compared"
            continue
        had, has = (
            [one for one in documents.get(path, []) if one not in others.get(path, [])]
            for documents, others in ((before, after), (after, before))
        )
        yield from _compared(path, _merged(had), _merged(has))


def _by_path(kind: str, values: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for policy in policies_of(kind, values):
        if not _is_attribute(policy, values) and not policy.attribute.startswith("inline_policy."):
            found.setdefault(policy.attribute, []).append(policy.document)
    return found


def _is_unknown(unknown: Any, steps: list[str]) -> bool:
    """Whether a value on a path is not known; JSON texts have no further steps."""
    if isinstance(unknown, list):
        return any(_is_unknown(item, steps) for item in unknown)
    if isinstance(unknown, Mapping):
        return bool(steps) and _is_unknown(unknown.get(steps[0]), steps[1:])
    return unknown is True


def _merged(documents: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"Statement": [statement for one in documents for statement in policy_documents.statements(one)]}


def _inline(change: Change) -> Iterator[str]:
    """Compare the combined ``inline_policy`` blocks of a role, which may be split or renamed."""
    unknown = change.after_unknown.get("inline_policy")
    # For a replaced role without such blocks, the provider reports them as unknown.
    blocks = unknown if isinstance(unknown, list) else [{"policy": unknown is True and not change.replaces}]
    if change.before and any(isinstance(block, dict) and block.get("policy") is True for block in blocks):
        yield "inline_policy is not known before apply; its permissions cannot be compared"
        return
    before, after = (_combined(values.get("inline_policy")) for values in (change.before, change.after))
    yield from _compared("inline_policy", before, after)


def _attributes(change: Change) -> list[str]:
    """Attributes with a policy document, by their name or by their content."""
    named = policy_documents.POLICY_ATTRIBUTES & {*change.before, *change.after, *change.after_unknown}
    found = {
        policy.attribute
        for values in (change.before, change.after)
        for policy in policies_of(change.type, values)
        if _is_attribute(policy, values)
    }
    return sorted(named | found)


def _is_attribute(policy: FoundPolicy, values: Mapping[str, Any]) -> bool:
    """Whether a policy is the text of an attribute of its own."""
    return isinstance(values.get(policy.attribute), str)


def _compared(attribute: str, before: Any, after: Any) -> Iterator[str]:
    try:
        lines = policy_diff.permissions_gained(before, after)
        open_ = policy_diff.uncertain(lines, before, after)
    except MalformedPolicyError as error:
        yield f"{attribute} is not a valid policy, so that its permissions cannot be compared: {error}"
        return
    if known := [one for one in lines if one not in open_]:
        yield f"{attribute}: {summarize(known)}"
    if open_:
        yield f"{attribute}: not known before apply whether {summarize(open_)}"


def _combined(blocks: Any) -> dict[str, Any]:
    texts = [policy_documents.parse(block.get("policy")) for block in blocks or () if isinstance(block, dict)]
    return {"Statement": [statement for text in texts for statement in policy_documents.statements(text)]}


def _denies(document: Any) -> bool:
    return any(statement.get("Effect") == "Deny" for statement in policy_documents.statements(document))


check = PoliciesNotWidened()
