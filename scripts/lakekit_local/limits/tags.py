"""Numbers and forms of tags.

Sources: Tagging AWS resources, "Tag naming limits and requirements" (50 tags, 128 and 256 characters, the prefix
``aws:``); Amazon S3 user guide, "Categorizing your objects using tags" (10 tags of an object); IAM user guide, "IAM and
AWS STS quotas" (50 tags of a role); EC2 API reference, "Error codes" (``TagLimitExceeded``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from lakekit_local.limits.registry import EVERY, limits
from lakekit_local.requests.registry import Call, ServiceError

MAX_TAGS: Final = 50
MAX_OBJECT_TAGS: Final = 10
MAX_KEY: Final = 128
MAX_VALUE: Final = 256
_PARAMETERS: Final = ("tags", "taglist", "tagset", "resourcetags", "tagstoadd")
_CODES: Final = {
    "ec2": ("TagLimitExceeded", "InvalidParameterValue"),
    "emr": ("InvalidRequestException", "InvalidRequestException"),
    "glue": ("InvalidInputException", "InvalidInputException"),
    "iam": ("LimitExceeded", "InvalidInput"),
    "kafka": ("BadRequestException", "BadRequestException"),
    "kms": ("LimitExceededException", "TagException"),
    "logs": ("TooManyTagsException", "InvalidParameterException"),
    "s3": ("InvalidTag", "InvalidTag"),
    "sns": ("TagLimitExceeded", "InvalidParameter"),
    "ssm": ("TooManyTagsError", "ValidationException"),
}
_DEFAULT_CODES: Final = ("ValidationException", "ValidationException")


@limits("s3", "PutObject", "CreateMultipartUpload", "CopyObject", "PutObjectTagging")
def object_tags(call: Call) -> None:
    """An object has at most ten tags, whether they come with it or afterwards."""
    sent = [name for name, _ in parse_qsl(str(call.get("Tagging") or ""), keep_blank_values=True)]
    if call.operation == "PutObjectTagging":
        sent = list(_pairs(call["Tagging"].get("TagSet")))
    if len(sent) > MAX_OBJECT_TAGS:
        raise ServiceError("BadRequest", f"Object tags cannot be greater than {MAX_OBJECT_TAGS}", 400)


@limits(EVERY, EVERY)
def resource_tags(call: Call) -> None:
    """A resource has at most 50 tags, with keys and values of limited length."""
    too_many, invalid = _CODES.get(call.service, _DEFAULT_CODES)
    status = 409 if call.service == "iam" else 400
    for sent in _sent(call):
        known = call.tags.as_dict(_resource(call)) if call.operation.startswith(("Tag", "AddTags")) else {}
        if len({name for name in {**known, **sent} if not name.startswith("aws:")}) > MAX_TAGS:
            raise ServiceError(too_many, f"Number of tags exceeds the limit of {MAX_TAGS} per resource", status)
        for name, value in sent.items():
            if not 1 <= len(name) <= MAX_KEY or len(value) > MAX_VALUE:
                text = f"Tag keys have 1 to {MAX_KEY} characters and values at most {MAX_VALUE}: {name[:MAX_KEY]}"
                raise ServiceError(invalid, text, 400)
            if name.lower().startswith("aws:"):
                raise ServiceError(invalid, f"Tag keys starting with 'aws:' are reserved for system use: {name}", 400)


def _sent(call: Call) -> Iterator[dict[str, str]]:
    for name, value in call.params.items():
        if name.lower() in _PARAMETERS:
            yield _pairs(value)
        elif name == "Tagging" and isinstance(value, Mapping) and call.operation != "PutObjectTagging":
            yield _pairs(value.get("TagSet"))
        elif name == "TagSpecifications":
            for item in value:
                yield _pairs(item.get("Tags"))


def _pairs(value: Any) -> dict[str, str]:
    """Tags from a map, or from a list of Key/Value, key/value or TagKey/TagValue pairs; empty for anything else."""
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items() if isinstance(item, str)}
    found: dict[str, str] = {}
    for one in value if isinstance(value, list) else ():
        if not isinstance(one, Mapping):
            return {}
        lowered = {str(name).lower().removeprefix("tag"): item for name, item in one.items()}
        if isinstance(lowered.get("key"), str):
            found[lowered["key"]] = str(lowered.get("value") or "")
    return found


def _resource(call: Call) -> str:
    names = ("ResourceArn", "ResourceARN", "resourceArn", "ResourceId", "resourceARN")
    return next((str(call.params[name]) for name in names if call.params.get(name)), "")
