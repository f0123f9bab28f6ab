"""Names of buckets in expressions that Step Functions evaluates: JSONata and intrinsic functions.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html,
https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lakekit_policies.destinations import shapes

_JSONATA: Final = re.compile(r"\{%.*%\}", re.DOTALL)
_CONSTANT: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def is_expression(text: str, name: str) -> bool:
    """Whether Step Functions evaluates a value: JSONata, or the argument is named ``Bucket.$``."""
    return name.endswith(".$") or _JSONATA.fullmatch(text.strip()) is not None


def bucket_names(text: str) -> Iterator[str]:
    """The constants of an expression that can be names of buckets.

    What the input of the state machine names is limited by the policies of its role, which are evaluated.
    """
    for single, double in _CONSTANT.findall(text):
        constant = (single or double).partition("/")[0]
        if shapes.BUCKET_NAME.fullmatch(constant.replace("{}", "x")):
            yield constant.replace("{}", "*")


def bucket_of_path(text: str) -> str | None:
    """The bucket of ``bucket/key``, in an expression too; None if it is an ARN or not written."""
    constant = _CONSTANT.search(text)
    path = (constant[1] or constant[2]) if constant else text
    bucket = path.lstrip("/").partition("/")[0]
    return bucket if "/" in path.lstrip("/") and shapes.BUCKET_NAME.fullmatch(bucket) else None
