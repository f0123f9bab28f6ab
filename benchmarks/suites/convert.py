"""Convert Terraform files to Terraform's JSON syntax, as cdktf writes it.

The gate evaluates it as a synthesized stack. Expressions are kept as templates; nothing is planned, so values that a
plan would contain (variables, functions, ``for_each``) stay unknown.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import hcl2

BOUNDARY = {
    "accounts": dict.fromkeys(("000000000000", "111122223333", "123456123456"), "an account of the examples' company"),
    "oidc_subjects": {"token.actions.githubusercontent.com": ["repo:myOrg/*", "repo:org/*", "repo:freddiemac/*"]},
    "vpcs": ["vpc-12345678"],
    "vpc_endpoints": ["vpce-123abc456def7890g"],
}
"""What the examples treat as their own company; the labels presuppose it and do not state it."""
ACCOUNT = "123456789012"
BOOLEANS = {"${True}": True, "${False}": False}
"""Written as in Python, and read so by the suite; Terraform knows lower case only."""
LINES = ("__start_line__", "__end_line__")


def stack(folder: Path) -> dict[str, Any]:
    """The stack of the Terraform files in a folder, without its subfolders."""
    own = {
        "environment": "prod",
        "tier": "prod",
        "stack": folder.name,
        "account_id": ACCOUNT,
        "trust_boundary": BOUNDARY,
    }
    metadata = {"stackName": folder.name, "version": "0.21.0", "backend": "local", "lakekit": own}
    document: dict[str, Any] = {"//": {"metadata": metadata}}
    for file in sorted(folder.glob("*.tf")):
        with file.open(encoding="utf-8") as text:
            parsed = hcl2.load(text)
        for kind in ("resource", "data"):
            for block in parsed.get(kind, []):
                for resource_type, named in block.items():
                    for name, body in named.items():
                        document.setdefault(kind, {}).setdefault(resource_type, {})[name] = _block(body)
        for kind in ("variable", "locals"):
            for block in parsed.get(kind, []):
                document.setdefault(kind, {}).update(_block(block) if kind == "locals" else _named(block))
    return document


def _named(block: dict[str, Any]) -> dict[str, Any]:
    return {name: _block(body) for name, body in block.items() if name not in LINES}


def _block(body: dict[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in body.items() if key not in LINES}


def _value(value: Any) -> Any:
    """An attribute (a list of one value) or nested blocks (a list of mappings whose values are lists)."""
    if not isinstance(value, list):
        return BOOLEANS.get(value, value) if isinstance(value, str) else value
    if value and all(_is_block(item) for item in value):
        return [_block(item) for item in value]
    if len(value) != 1:
        return value
    return value[0] if isinstance(value[0], list) else _json(_value(value[0]))


def _json(value: Any) -> Any:
    """The text that ``jsonencode`` gives, if its argument is a literal; hcl2 writes it as a Python literal."""
    found = re.fullmatch(r"\$\{jsonencode\((.*)\)\}", value, re.DOTALL) if isinstance(value, str) else None
    if not found:
        return value
    try:
        return json.dumps(ast.literal_eval(found[1]))
    except (SyntaxError, ValueError):
        return value


def _is_block(item: Any) -> bool:
    return isinstance(item, dict) and all(isinstance(v, list) for k, v in item.items() if k not in LINES)
