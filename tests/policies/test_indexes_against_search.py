"""Indexed blocks and statements give the same answers as a search through all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lakekit_policies.iam.covering import Covering
from lakekit_policies.iam.requests import Requests, clauses_of
from lakekit_policies.iam.statements import statements_of
from lakekit_policies.terraform.sibling_blocks import Siblings
from nonempty import nonempty

names = st.sampled_from("abc")
arguments = st.one_of(
    st.integers(0, 3).map(lambda number: {"constant_value": number}),
    st.integers(0, 3).map(lambda number: {"references": [f"aws_x.r{number}"]}),
)
inner = st.lists(st.dictionaries(names, arguments, max_size=2), max_size=2)
blocks = st.lists(st.dictionaries(names, st.one_of(arguments, inner), max_size=3), min_size=1, max_size=4)
planned = st.dictionaries(names, st.sampled_from(["", "x", None]))
later = st.dictionaries(names, st.sampled_from([True, False, [{}]]))


def searched(
    own: Mapping[str, Any], siblings: list[Mapping[str, Any]], block: Mapping[str, Any], unknown: Mapping[str, Any]
) -> dict[str, Any]:
    """The expressions of a block by a search through all of its siblings."""
    found = dict(own)
    for sibling in siblings if len(siblings) > 1 else ():
        for name, expression in sibling.items():
            stated = found.get(name)
            constant = isinstance(stated, dict) and "constant_value" in stated and unknown.get(name) is True
            if constant or (name not in found and (block.get(name) or unknown.get(name))):
                found[name] = expression
    return found


@given(blocks, planned, later)
def test_expressions_of_siblings(made: list[dict[str, Any]], block: dict[str, Any], unknown: dict[str, Any]) -> None:
    siblings = Siblings(made)
    for own in nonempty(made):
        assert siblings.stated(own, block, unknown) == searched(own, made, block, unknown)
        for name in "abc":
            nested = [one for other in made if isinstance(other.get(name), list) for one in other[name]]
            of_own = own[name] if isinstance(own.get(name), list) else []
            found = Siblings(of_own, siblings.nested(name))
            expected = searched({}, [*of_own, *nested], block, unknown)
            assert found.stated({}, block, unknown) == expected


texts = st.text(alphabet="ab*?", min_size=1, max_size=3)
statement = st.fixed_dictionaries(
    {
        "Effect": st.just("Deny"),
        "Principal": st.sampled_from(["*", {"AWS": "arn:aws:iam::1:role/a"}, {"AWS": "arn:aws:iam::1:role/ab"}]),
        "Action": st.lists(texts.map(lambda text: f"s:{text}"), min_size=1, max_size=2),
    },
    optional={"Resource": texts, "NotResource": st.sampled_from(["a", "ab*"])},
).filter(lambda one: not {"Resource", "NotResource"} <= set(one))


@given(st.lists(statement, min_size=1, max_size=5), statement)
def test_statements_that_overlap(given_: list[dict[str, Any]], asked: dict[str, Any]) -> None:
    known = [clauses_of(one) for one in statements_of({"Statement": given_})]
    (wanted,) = statements_of({"Statement": [asked]})
    requests = nonempty(Requests().matching(clauses_of(wanted)))
    for one in requests:
        expected = tuple(clauses for clauses in known if next(one.matching(clauses), None) is not None)
        assert Covering(known).overlapping(one) == expected
