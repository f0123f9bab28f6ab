"""Random policy documents, and the answer of a model that tries every request of a small universe.

The model knows nothing of the analyzer: it decides each request by the documented meaning of each operator. Universes
are complete for the patterns in use: every combination of patterns that a text can match has a text in the universe.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

from lakekit_policies.boundary import TrustBoundary

OWN, TRUSTED, FOREIGN = "111111111111", "222222222222", "999999999999"
BOUNDARY = TrustBoundary(
    accounts={OWN: "own", TRUSTED: "trusted"},
    organizations=("o-inside",),
    vpc_endpoints=("vpce-in",),
    networks=("203.0.113.0/24",),
    stated=True,
)
Request = dict[str, Any]
ROLE = "arn:aws:iam::{}:role/{}"

TEXT_PATTERNS = {
    "aws:PrincipalOrgID": ["o-inside", "o-foreign", "o-*", "o-in*", "*"],
    "aws:SourceVpce": ["vpce-in", "vpce-out", "vpce-*", "v*"],
    "aws:SourceAccount": [OWN, FOREIGN, "1*", "*"],
    "aws:PrincipalAccount": [OWN, TRUSTED, FOREIGN, "*", "9*"],
    "aws:PrincipalArn": [
        ROLE.format(OWN, "a"),
        ROLE.format(FOREIGN, "a"),
        ROLE.format("*", "a"),
        ROLE.format(OWN, "*"),
    ],
    "aws:PrincipalOrgPaths": ["o-inside/r-1/*", "o-foreign/*", "o-*"],
    "aws:TagKeys": ["team", "Team", "cost", "t*"],
}
MULTIVALUED = {
    "aws:PrincipalOrgPaths": ["o-inside/r-1/ou", "o-foreign/r-2/ou", "o-x/r", "x"],
    "aws:TagKeys": ["team", "Team", "cost", "tea", "t*", "x"],
}
NETWORKS = ["203.0.113.0/24", "203.0.113.128/25", "198.51.100.0/24", "0.0.0.0/0"]
ADDRESSES = ["203.0.113.7", "203.0.113.200", "198.51.100.1", "8.8.8.8", "2001:db8::1"]
AGES = [-1.0, 0.0, 50.0, 100.0, 150.0, 200.0, 250.0]
ACTIONS = ["s3:GetObject", "s3:Get*", "S3:*", "s3:PutObject", "*"]
RESOURCES = ["arn:aws:s3:::lake/*", "arn:aws:s3:::lake/tmp/*", "arn:aws:s3:::lake", "*", "arn:aws:s3:::lake/tm?/x"]
REQUESTED_ACTIONS = ["s3:getobject", "s3:getbucketacl", "s3:putobject", "s3:other", "sqs:other"]
REQUESTED_RESOURCES = ["arn:aws:s3:::lake", "arn:aws:s3:::lake/y", "arn:aws:s3:::lake/tmp/y", "arn:aws:s3:::lake/tmp/x"]
REQUESTED_RESOURCES += ["arn:aws:s3:::lake/tmz/x", "other"]
PRINCIPALS: list[Any] = [
    "*",
    {"AWS": "*"},
    {"AWS": OWN},
    {"AWS": FOREIGN},
    {"AWS": [ROLE.format(FOREIGN, "a"), ROLE.format(OWN, "a")]},
    {"AWS": f"arn:aws:iam::{TRUSTED}:root"},
    {"Service": "events.amazonaws.com"},
]
REQUESTERS = [
    *(
        ("aws", account, f"arn:aws:iam::{account}:{name}")
        for account in (OWN, TRUSTED, FOREIGN, "988888888888", "888888888888")
        for name in ("role/a", "role/b", "user/c")
    ),
    ("anonymous", "", ""),
    ("service", "", "events.amazonaws.com"),
]
NOT_OF_SERVICES = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceVpce")
OF_PRINCIPAL = ("aws:PrincipalAccount", "aws:PrincipalArn")
CASED = ("aws:TagKeys",)
"""Keys whose values have letters of both cases; ids of accounts, organizations and endpoints have not."""
KEYS = [*TEXT_PATTERNS, "aws:SourceIp", "aws:MultiFactorAuthAge", "aws:SecureTransport"]


@cache
def glob(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def like(pattern: str, text: str) -> bool:
    return glob(pattern).fullmatch(text) is not None


def document(random: Random) -> tuple[dict[str, Any], list[str]]:
    """A random document, and the condition keys that it may use."""
    keys = random.sample(KEYS, 2)
    count = random.randint(1, 3)
    statements = [statement(random, keys, "Allow" if index == 0 else None) for index in range(count)]
    return {"Version": "2012-10-17", "Statement": statements}, keys


def statement(random: Random, keys: list[str], effect: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": effect or random.choice(["Allow", "Deny", "Deny"])}
    negate = made["Effect"] == "Deny" and random.random() < 0.2
    made["NotPrincipal" if negate else "Principal"] = random.choice(PRINCIPALS[2:] if negate else PRINCIPALS)
    for name, pool in (("Action", ACTIONS), ("Resource", RESOURCES)):
        chosen = random.sample(pool, random.choice([1, 1, 2]))
        made[f"Not{name}" if random.random() < 0.15 else name] = chosen if len(chosen) > 1 else chosen[0]
    condition: dict[str, Any] = {}
    for _ in range(random.choice([0, 1, 1, 2])):
        key = random.choice(keys)
        operator, values = test(random, key)
        condition.setdefault(operator, {})[key] = values
    return {**made, "Condition": condition} if condition else made


def test(random: Random, key: str) -> tuple[str, Any]:
    if random.random() < 0.12:
        return "Null", random.choice(["true", "false"])
    suffix = "IfExists" if random.random() < 0.2 else ""
    negation = random.choice(["", "", "Not"])
    if key == "aws:SourceIp":
        return f"{negation}IpAddress{suffix}", random.sample(NETWORKS, random.choice([1, 2]))
    if key == "aws:MultiFactorAuthAge":
        comparison = random.choice(
            ["LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals", "Equals", "NotEquals"]
        )
        return f"Numeric{comparison}{suffix}", [
            str(value) for value in random.sample([0, 100, 200], random.choice([1, 2]))
        ]
    if key == "aws:SecureTransport":
        return f"Bool{suffix}", random.choice(["true", "false"])
    quantifier = random.choice(["", "", "ForAllValues:", "ForAnyValue:"]) if key not in MULTIVALUED else ""
    quantifier = random.choice(["ForAllValues:", "ForAnyValue:"]) if key in MULTIVALUED else quantifier
    kind = "Arn" if key == "aws:PrincipalArn" and random.random() < 0.5 else "String"
    values = random.sample(TEXT_PATTERNS[key], random.choice([1, 1, 2]))
    comparison = "Like"
    has_literals = key in OTHERS or key in CASED or not any(set("*?") & set(value) for value in values)
    if kind == "String" and has_literals and random.random() < 0.5:
        # Wildcards of these operators are ordinary characters.
        comparison = "EqualsIgnoreCase" if key in CASED and random.random() < 0.5 else "Equals"
    return f"{quantifier}{kind}{negation}{comparison}{suffix}", values


def situations(
    statements: list[dict[str, Any]], keys: list[str], *, any_service: bool = False
) -> set[tuple[tuple[bool, ...], bool, bool]]:
    """Every request of the universe: which statements apply, and whether it is inside for named and other principals.

    The principal, action and resource of a statement do not depend on its conditions, so each is tried on its own.

    Args:
        statements: the statements.
        keys: the condition keys that they may use.
        any_service: whether requests of services may have keys that only other principals have.
    """
    found: set[tuple[tuple[bool, ...], bool, bool]] = set()
    shared: dict[tuple[Any, ...], set[tuple[tuple[bool, ...], bool, bool]]] = {}
    for requester in REQUESTERS:
        kind, account, _ = requester
        targets = {
            tuple(applies(one, requester, action, resource) for one in statements)
            for action, resource in product(REQUESTED_ACTIONS, REQUESTED_RESOURCES)
        }
        # Principals with the same keys and on the same side of the boundary share the outcomes of conditions.
        alike = (kind, account in (OWN, TRUSTED), requester if {*OF_PRINCIPAL} & {*keys} else None)
        if alike not in shared:
            shared[alike] = {
                (
                    tuple(conditions_hold(one, context) for one in statements),
                    *(is_inside(account, context, named) for named in (True, False)),
                )
                for context in contexts_of(requester, keys, any_service=any_service)
            }
        for target, (held, named, other) in product(targets, shared[alike]):
            found.add((tuple(a and b for a, b in zip(target, held, strict=True)), named, other))
    return found


def contexts_of(requester: tuple[str, str, str], keys: list[str], *, any_service: bool) -> Iterator[Request]:
    """Every combination of values of the condition keys for one principal."""
    kind, account, name = requester
    free = [key for key in keys if key not in OF_PRINCIPAL]
    of_principal = {"aws:PrincipalAccount": [account], "aws:PrincipalArn": [name]} if kind == "aws" else {}
    for combination in product(*map(universe, free)):
        context = dict(zip(free, combination, strict=True))
        if kind == "service" and not any_service and any(context.get(key) for key in NOT_OF_SERVICES):
            continue
        yield {**context, **of_principal}


@cache
def universe(key: str) -> list[list[Any]]:
    if key == "aws:SourceIp":
        return [[], *([address] for address in ADDRESSES)]
    if key == "aws:MultiFactorAuthAge":
        return [[], *([age] for age in AGES)]
    if key == "aws:SecureTransport":
        return [[], ["true"], ["false"]]
    if key in MULTIVALUED:
        pool = MULTIVALUED[key]
        return [list(chosen) for length in range(3) for chosen in combinations(pool, length)]
    return [[], *([text] for text in dict.fromkeys([*TEXT_PATTERNS[key], *OTHERS[key]]))]


OTHERS = {
    "aws:PrincipalOrgID": ["o-inx", "o-x", "x"],
    "aws:SourceVpce": ["vpce-x", "vx", "x"],
    "aws:SourceAccount": ["1x", "x"],
}


def applies(statement: dict[str, Any], requester: tuple[str, str, str], action: str, resource: str) -> bool:
    """Whether a statement without its conditions applies to a request."""
    if "Principal" in statement and not _is_principal(statement["Principal"], requester):
        return False
    if "NotPrincipal" in statement and _is_principal(statement["NotPrincipal"], requester):
        return False
    for name, value in (("Action", action), ("Resource", resource)):
        fold: Callable[[str], str] = str.lower if name == "Action" else str
        if name in statement and not any(like(fold(one), value) for one in _list(statement[name])):
            return False
        if f"Not{name}" in statement and any(like(fold(one), value) for one in _list(statement[f"Not{name}"])):
            return False
    return True


def conditions_hold(statement: dict[str, Any], context: Request) -> bool:
    """Whether all conditions of a statement hold."""
    return all(
        holds(operator, _list(values), context.get(key, []))
        for operator, tests in statement.get("Condition", {}).items()
        for key, values in tests.items()
    )


def _is_principal(element: Any, requester: tuple[str, str, str]) -> bool:
    if element in ("*", {"AWS": "*"}):
        return True
    by, account, own_name = requester
    for kind, names in element.items():
        for name in _list(names):
            if kind == "Service" and by == "service" and own_name == name:
                return True
            named = name.split(":")[4] if name.endswith(":root") else name
            if kind == "AWS" and by == "aws" and name and named in (account, own_name):
                return True
    return False


def holds(operator: str, expected: list[str], actual: list[Any]) -> bool:
    """Whether a condition holds for the values of its key in a request; none if the key is absent."""
    if operator == "Null":
        return (not actual) is (expected[0] == "true")
    quantifier, _, name = operator.rpartition(":")
    if name.endswith("IfExists"):
        if not actual:
            return True
        name = name.removesuffix("IfExists")
    negated = "Not" in name
    each = [any(_equal(name.replace("Not", ""), one, value) for one in expected) is not negated for value in actual]
    if quantifier == "ForAllValues":
        return all(each)
    if quantifier == "ForAnyValue":
        return any(each)
    return each[0] if each else negated


def _equal(name: str, expected: str, actual: Any) -> bool:
    if name == "IpAddress":
        return ipaddress.ip_address(actual) in ipaddress.ip_network(expected)
    if name.startswith("Numeric"):
        number = float(expected)
        return {
            "LessThan": actual < number,
            "LessThanEquals": actual <= number,
            "GreaterThan": actual > number,
            "GreaterThanEquals": actual >= number,
            "Equals": actual == number,
        }[name.removeprefix("Numeric")]
    if name.startswith("Arn"):
        return all(like(a, b) for a, b in zip(expected.split(":", 5), actual.split(":", 5), strict=True))
    if name.endswith("IgnoreCase"):
        return expected.lower() == actual.lower()
    return like(expected, actual) if name.endswith("Like") else expected == actual


def is_inside(account: str, context: Request, named: bool) -> bool:
    """Whether a request comes from inside the boundary; networks count for principals that are not named only."""
    if account in (OWN, TRUSTED) or "o-inside" in context.get("aws:PrincipalOrgID", []):
        return True
    if any(path.startswith("o-inside/") for path in context.get("aws:PrincipalOrgPaths", [])):
        return True
    if set(context.get("aws:SourceAccount", [])) & {OWN, TRUSTED}:
        return True
    networks = [ipaddress.ip_network("203.0.113.0/24")]
    in_network = any(ipaddress.ip_address(one) in networks[0] for one in context.get("aws:SourceIp", []))
    return not named and (in_network or "vpce-in" in context.get("aws:SourceVpce", []))


def opens(policy: dict[str, Any], keys: list[str]) -> bool:
    """The answer of the model: whether a request from outside is allowed."""
    statements = policy["Statement"]
    return any(
        any(
            matched and one["Effect"] == "Allow" and not (named if _is_named(one) else other)
            for one, matched in zip(statements, matches, strict=True)
        )
        and not any(matched and one["Effect"] == "Deny" for one, matched in zip(statements, matches, strict=True))
        for matches, named, other in situations(statements, keys)
    )


def widens(before: dict[str, Any], after: dict[str, Any], keys: list[str]) -> bool:
    """The answer of the model: whether a request is newly allowed, or no longer denied."""
    tagged = [(when, one) for when, policy in (("before", before), ("after", after)) for one in policy["Statement"]]
    statements = [one for _, one in tagged]
    for matches, _, _ in situations(statements, keys, any_service=True):
        effects = {(when, one["Effect"]) for (when, one), matched in zip(tagged, matches, strict=True) if matched}
        newly_allowed = ("after", "Allow") in effects and ("before", "Allow") not in effects
        if ("after", "Deny") not in effects and (("before", "Deny") in effects or newly_allowed):
            return True
    return False


def _is_named(statement: dict[str, Any]) -> bool:
    return statement["Principal"] not in ("*", {"AWS": "*"})


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
