"""Random Terraform expressions."""

from __future__ import annotations

import re
from random import Random
from typing import Any, Final

LOCALS: Final[dict[str, Any]] = {
    "off": False,
    "on": True,
    "none": [],
    "some": ["a", "b"],
    "m": {"k": ["x"], "n": {"z": 1}},
    "objs": [{"c": "u", "d": 2}, {"c": "v", "d": 3}],
    "num": 3,
    "txt": "a",
    "tpl": "x-${local.txt}",
    "pick": "${local.on ? local.some : []}",
    "empty": {},
}
VARIABLES: Final[dict[str, Any]] = {"no": False, "yes": True, "kind": "private", "list": ["p", "q"], "nul": None}
_SIMPLE_VALUES: Final = [
    '"a"',
    '"b"',
    '""',
    "1",
    "0",
    "22",
    "true",
    "false",
    "null",
    "local.off",
    "local.on",
    "local.num",
    "local.txt",
    "local.tpl",
    "var.no",
    "var.yes",
    "var.kind",
    "var.nul",
    '"p-${local.txt}"',
    "local.m.n.z",
    "local.objs[0].c",
    'local.m["n"].z',
]
_VALUES: Final = [
    "<value> == <value>",
    "<value> != <value>",
    "!(<value>)",
    "(<value> && <value>)",
    "(<value> || <value>)",
    "length(<list>)",
    "length(<list>) > <value>",
    "<value> ? <value> : <value>",
    "try(<value>, <value>)",
    "can(<value>)",
    "one(<list>)",
    "coalesce(<value>, <value>)",
    "contains(<list>, <value>)",
    "<list>[0]",
    'lookup(<map>, "k", <value>)',
    "<map>.k",
    "(<value> + <value> * 2)",
    'join("-", <list>)',
    "tostring(<value>)",
    '"x${<value>}y"',
    "element(<list>, 1)",
    'startswith(<value>, "p")',
    'format("%s/0", <value>)',
    "jsonencode(<list>)",
    "upper(<value>)",
    "-<value>",
    "alltrue(<list>)",
    "tonumber(<value>)",
]
_SIMPLE_LISTS: Final = [
    "[]",
    "[1]",
    '["a"]',
    '["a", "b"]',
    "local.none",
    "local.some",
    "local.objs",
    "var.list",
    "local.pick",
    '[1, "a"]',
    '["", null]',
    "[true]",
    '["0.0.0.0/0"]',
]
_LISTS: Final = [
    "[<value>, <value>]",
    "concat(<list>, <list>)",
    "compact(<list>)",
    '[for x in <list> : x if x == "a"]',
    "[for x in <list> : <value> if <value>]",
    "[for k, v in <map> : v]",
    "(<value> ? <list> : <list>)",
    "<value> ? <list> : <list>",
    "try(<list>, [])",
    "toset(<list>)",
    "tolist(<list>)",
    "flatten([<list>, <list>])",
    "distinct(<list>)",
    "reverse(<list>)",
    "values(<map>)",
    "keys(<map>)",
    "<list>[*]",
    "local.objs[*].c",
    "[for o in local.objs : o.c if o.d > <value>]",
    "setproduct(<list>, <list>)",
    "slice(<list>, 0, 1)",
    "coalescelist(<list>, <list>)",
    'split(",", <value>)',
    "range(<value>)",
    "sort(<list>)",
    "setunion(<list>, <list>)",
]
_SIMPLE_MAPS: Final = [
    "local.m",
    "{}",
    "{k = 1}",
    '{ "k" : "x", z = "y" }',
    '{k = [1], (local.txt) = ["a"]}',
    "local.empty",
    "local.m.n",
]
_MAPS: Final = [
    "merge(<map>, <map>)",
    "{for x in <list> : x => <value>}",
    '{for k, v in <map> : k => v if k != "z"}',
    "(<value> ? <map> : <map>)",
    "try(<map>, {})",
    "zipmap(<list>, <list>)",
    "tomap(<map>)",
    "{for x in <list> : x => x...}",
]
_FORMS: Final = {"value": (_SIMPLE_VALUES, _VALUES), "list": (_SIMPLE_LISTS, _LISTS), "map": (_SIMPLE_MAPS, _MAPS)}
_PART: Final = re.compile("<(value|list|map)>")


def expression(source: Random, depth: int, kind: str = "") -> str:
    """A random expression.

    Args:
        source: of the choices.
        depth: most levels of expressions in it.
        kind: ``value``, ``list`` or ``map``; one of them by default.
    """
    simple, nested = _FORMS[kind or source.choice(list(_FORMS))]
    if depth <= 0 or source.random() < 0.35:
        return source.choice(simple)
    return _PART.sub(lambda one: expression(source, depth - 1, one[1]), source.choice(nested))
