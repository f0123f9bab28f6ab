"""Users of Snowflake's AWS account that integrations of a configuration use.

Snowflake assigns an IAM user to each storage, API, catalog and notification integration and to each external volume,
and returns its ARN. Roles and topics of the configuration trust exactly this user.
https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.shared.json_text import read_json_text

_USER: Final = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:user|role)/[\w+=,.@/-]+")
_ATTRIBUTE: Final = re.compile(r"iam_user_arn$", re.IGNORECASE)
_TOPIC_POLICY: Final = "aws_sns_topic_policy_json"
_EXPRESSION: Final = re.compile(
    rf"\bsnowflake_\w+\.[\w-]+\..*(?:iam_user_arn|{_TOPIC_POLICY})", re.IGNORECASE | re.DOTALL
)
_OTHER_PROVIDER: Final = re.compile(r"(?<![\w.])(?:data\.)?(?!snowflake_)[a-z0-9]+_[a-z0-9_]+\.[A-Za-z_][\w-]*\.")


def users(values: Mapping[str, Any]) -> Iterator[str]:
    """ARNs of users in the attributes of a resource or data source of Snowflake."""
    for name, value in values.items():
        if name == _TOPIC_POLICY and isinstance(value, str):
            yield from _USER.findall(value)
        else:
            yield from _users(name, value)


def is_user(expression: str) -> bool:
    """Whether an expression reads such a user from a resource of Snowflake, and nothing else."""
    return _EXPRESSION.search(expression) is not None and _OTHER_PROVIDER.search(expression) is None


def _users(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _ATTRIBUTE.search(name) and _USER.fullmatch(value):
            yield value
        elif value.startswith("{"):
            yield from _users(name, _parsed(value))
    elif isinstance(value, Mapping):
        if isinstance(value.get("property"), str):  # a row of DESCRIBE INTEGRATION
            yield from _users(value["property"], value.get("property_value"))
        for key, item in value.items():
            yield from _users(str(key), item)
    elif isinstance(value, list):
        for item in value:
            yield from _users(name, item)


def _parsed(text: str) -> Any:
    try:
        return read_json_text(text)
    except ValueError:
        return None
