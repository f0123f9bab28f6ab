"""Random policies of every kind around one request, and the answer of a model of IAM's documented flow.

The model knows nothing of the evaluator: it reads the documents itself and follows the flow chart of the user guide,
"Policy evaluation logic", step by step.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import random_policies as model

OWN, OTHER = "111111111111", "999999999999"
ROLE, SESSION = f"arn:aws:iam::{OWN}:role/team/etl", f"arn:aws:sts::{OWN}:assumed-role/etl/run"
USER, ROOT = f"arn:aws:iam::{OWN}:user/ann", f"arn:aws:iam::{OWN}:root"
PROVIDER = f"arn:aws:iam::{OWN}:oidc-provider/gitlab.com"
CALLERS = ("session", "user", "root", "service", "federated", "anonymous")
ACTIONS = ["s3:GetObject", "s3:PutObject"]
RESOURCES = ["arn:aws:s3:::lake/red/x", "arn:aws:s3:::lake/blue/x", "arn:aws:s3:::lake/*"]
TAGS = ["red", "blue", "*", None]
PRINCIPALS: list[Any] = [
    "*",
    {"AWS": "*"},
    {"AWS": OWN},
    {"AWS": ROOT},
    {"AWS": [ROLE]},
    {"AWS": SESSION},
    {"AWS": [USER, OTHER]},
    {"AWS": f"arn:aws:iam::{OTHER}:root"},
    {"AWS": [ROOT, ROLE, SESSION]},
    {"AWS": [ROOT, USER]},
    {"Service": "glue.amazonaws.com"},
    {"Federated": PROVIDER},
]
ACTION_PATTERNS = ["s3:GetObject", "S3:put*", "s3:*", "*", ["s3:Get?bject", "s3:List*"]]
RESOURCE_PATTERNS: list[Any] = [
    "*",
    "arn:aws:s3:::lake/red/*",
    "arn:aws:s3:::lake/${aws:PrincipalTag/Team}/*",
    "arn:aws:s3:::lake/${aws:principaltag/team, 'blue'}/x",
    "arn:aws:s3:::lake/${*}",
    ["arn:aws:s3:::lake/r?d/x", "arn:aws:s3:::lake/${aws:PrincipalTag/none}/x"],
]
CONDITIONS: list[Any] = [
    {},
    {},
    {},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": ["red", "blue"]}},
    {"StringLike": {"aws:PrincipalTag/team": "${aws:RequestTag/team}"}},
    {"StringNotEqualsIfExists": {"aws:RequestTag/team": "${aws:PrincipalTag/team}"}},
    {"Null": {"aws:PrincipalTag/Team": "true"}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/team/*"}},
    {"ArnNotEquals": {"aws:PrincipalArn": [ROLE, USER]}},
    {"StringEquals": {"aws:PrincipalAccount": OWN}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}},
    {"ForAnyValue:StringLike": {"aws:TagKeys": "c*"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Bool": {"aws:SecureTransport": "true"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "100"}},
]


def case(random: Random) -> dict[str, Any]:
    """One request and the policies that concern it."""
    caller = random.choice(CALLERS[:2] * 3 + CALLERS)
    context: dict[str, list[str]] = {"aws:securetransport": [random.choice(["true", "false"])]}
    if caller in ("session", "user", "root"):
        principal = {"session": ROLE, "user": USER, "root": ROOT}[caller]
        context |= {"aws:principalarn": [principal], "aws:principalaccount": [OWN]}
    for key in ("aws:principaltag/team", "aws:requesttag/team"):
        if (value := random.choice(TAGS)) is not None:
            context[key] = [value]
    context["aws:tagkeys"] = random.choice([[], ["team"], ["cost", "team"], ["other"]])
    context["aws:sourceip"] = random.choice([[], ["10.1.1.1"], ["8.8.8.8"]])
    context["aws:multifactorauthage"] = random.choice([[], ["50"], ["100"]])
    return {
        "caller": caller,
        "action": random.choice(ACTIONS),
        "resource": random.choice(RESOURCES),
        "context": {key: values for key, values in context.items() if values},
        "identity": [_policy(random, False) for _ in range(random.choice([0, 1, 1, 2]))],
        "boundary": random.choice([None, None, _policy(random, False)]),
        "session": random.choice([None, None, [_policy(random, False)]]) if caller == "session" else None,
        "resource policy": random.choice([None, _policy(random, True), _policy(random, True)]),
        "endpoint": random.choice([None, None, None, _policy(random, True)]),
        "resource account": random.choice([OWN, OWN, OWN, OTHER]),
        "resource decides": random.random() < 0.3,
        "granted": random.random() < 0.1,
    }


def _policy(random: Random, with_principal: bool) -> dict[str, Any]:
    count = random.choice([1, 1, 2, 3])
    statements = [_statement(random, with_principal) for _ in range(count)]
    return {"Version": random.choice(["2012-10-17"] * 4 + ["2008-10-17"]), "Statement": statements}


def _statement(random: Random, with_principal: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": random.choice(["Allow", "Allow", "Allow", "Deny"])}
    if with_principal:
        negate = made["Effect"] == "Deny" and random.random() < 0.3
        made["NotPrincipal" if negate else "Principal"] = random.choice(PRINCIPALS[2:] if negate else PRINCIPALS)
    made["NotAction" if random.random() < 0.1 else "Action"] = random.choice(ACTION_PATTERNS)
    made["NotResource" if random.random() < 0.1 else "Resource"] = random.choice(RESOURCE_PATTERNS)
    made["Condition"] = random.choice(CONDITIONS)
    return made


def allows(case: dict[str, Any]) -> bool:
    """The answer of the model."""
    of_kind = {
        "identity": case["identity"],
        "boundary": [case["boundary"]] if case["boundary"] else [],
        "session": case["session"] or [],
        "resource": [case["resource policy"]] if case["resource policy"] else [],
        "endpoint": [case["endpoint"]] if case["endpoint"] else [],
    }
    hits = {kind: list(_hits(policies, case)) for kind, policies in of_kind.items()}
    is_denied = any(effect == "Deny" for found in hits.values() for effect, _ in found)
    if is_denied or (case["endpoint"] and not hits["endpoint"]):
        return False
    named = {how for _, how in hits["resource"]} | ({"role"} if case["granted"] else set())
    if case["caller"] not in ("session", "user", "root"):
        return bool(named)
    has_identity = bool(hits["identity"]) or case["caller"] == "root"
    restricted = (case["boundary"] is not None and not hits["boundary"]) or (
        case["session"] is not None and not hits["session"]
    )
    if case["resource account"] != OWN:
        return bool(named) and has_identity and not restricted
    if named & {"caller", "role"}:
        return "caller" in named or not restricted
    is_reached = not case["resource decides"] or "account" in named
    return is_reached and has_identity and not restricted


def _hits(policies: list[dict[str, Any]], case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for policy in policies:
        for statement in policy["Statement"]:
            how = _named(statement, case["caller"])
            if how and _applies(statement, case, variables=policy["Version"] == "2012-10-17"):
                yield statement["Effect"], how


def _named(statement: dict[str, Any], caller: str) -> str:
    if "NotPrincipal" in statement:
        listed = [(kind, name) for kind, names in statement["NotPrincipal"].items() for name in model._list(names)]
        needed: dict[str, list[Any]] = {
            "session": [(OWN, ROOT), (ROLE,), (SESSION,)],
            "user": [(OWN, ROOT), (USER,)],
            "root": [(OWN, ROOT)],
            "service": [("glue.amazonaws.com",)],
            "federated": [(PROVIDER,)],
            "anonymous": [("nothing",)],
        }
        return "" if all(any(name in one for _, name in listed) for one in needed[caller]) else "role"
    if "Principal" not in statement:
        return "caller"
    element = statement["Principal"]
    if element in ("*", {"AWS": "*"}):
        return "role"
    names = [name for listed in element.values() for name in model._list(listed)]
    strongest = {
        "session": [("caller", [SESSION]), ("role", [ROLE]), ("account", [OWN, ROOT])],
        "user": [("caller", [USER]), ("account", [OWN, ROOT])],
        "root": [("caller", [OWN, ROOT])],
        "service": [("caller", ["glue.amazonaws.com"])],
        "federated": [("caller", [PROVIDER])],
        "anonymous": [],
    }[caller]
    return next((how for how, accepted in strongest if set(names) & set(accepted)), "")


def _applies(statement: dict[str, Any], case: dict[str, Any], *, variables: bool) -> bool:
    context = case["context"]
    for name, value in (("Action", case["action"].lower()), ("Resource", case["resource"])):
        for element, wanted in ((name, True), (f"Not{name}", False)):
            if element in statement:
                patterns = model._list(statement[element])
                patterns = [one.lower() for one in patterns] if name == "Action" else patterns
                if any(_like(one, value, context, variables) for one in patterns) is not wanted:
                    return False
    for operator, tests in statement["Condition"].items():
        for key, given in tests.items():
            values = context.get(key.lower(), [])
            if not _holds(operator, model._list(given), values, context, variables):
                return False
    return True


def _holds(operator: str, expected: list[str], values: list[str], context: Any, variables: bool) -> bool:
    kind = operator.rpartition(":")[2]
    if not kind.startswith("String"):
        converted: list[Any] = [float(one) for one in values] if kind.startswith("Numeric") else values
        return model.holds(operator, expected, converted)
    name = kind.removesuffix("IfExists")
    if not values and name != kind:
        return True
    negated, comparison = "Not" in name, name.replace("Not", "")
    each = []
    for value in values:
        found = any(
            _like(one, value, context, variables)
            if comparison == "StringLike"
            else _filled(one, context, variables) == [(c, False) for c in value]
            for one in expected
        )
        each.append(found is not negated)
    if operator.startswith("ForAllValues:"):
        return all(each)
    if operator.startswith("ForAnyValue:"):
        return any(each)
    return each[0] if each else negated


def _filled(text: str, context: Any, variables: bool) -> list[tuple[str, bool]] | None:
    """The characters of a text with its variables' values; whether each may be a wildcard. None without a value."""
    made: list[tuple[str, bool]] = []
    rest = text
    while rest:
        if variables and rest.startswith("${"):
            inner, _, rest = rest[2:].partition("}")
            key, comma, default = inner.partition(",")
            found = context.get(key.strip().lower())
            if inner == "*":
                made.append(("*", False))
            elif found:
                made += [(c, False) for c in found[0]]
            elif comma:
                made += [(c, False) for c in default.strip()[1:-1]]
            else:
                return None
        else:
            made.append((rest[0], True))
            rest = rest[1:]
    # Only StringLike, ARN operators and resources read wildcards; a comparison of text takes them as they are.
    return [(c, may and c in "*?") for c, may in made]


def _like(pattern: str, value: str, context: Any, variables: bool) -> bool:
    filled = _filled(pattern, context, variables)
    return filled is not None and _matches(filled, value)


def _matches(pattern: list[tuple[str, bool]], value: str) -> bool:
    if not pattern:
        return not value
    (character, wild), rest = pattern[0], pattern[1:]
    if wild and character == "*":
        return any(_matches(rest, value[at:]) for at in range(len(value) + 1))
    return bool(value) and (wild or character == value[0]) and _matches(rest, value[1:])
