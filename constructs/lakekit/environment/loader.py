"""Loading of environment files; errors have file, line, key and fix."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from lakekit.errors import EnvironmentFileError
from lakekit_policies.shared.invalid_values import describe, shown_value, stated_key
from lakekit_policies.shared.regular_file import read_regular_text

from . import yaml_source
from .field_types import TAG_TEXT, ShortName
from .folder import directory
from .model import Environment
from .shared_account import check_shared_accounts

SELECTION: Final = "LAKEKIT_ENV"

# Descriptions of patterns, by key.
_SHAPES: Final = {
    "account_id": 'the 12 digits of an AWS account, in quotes: "111111111111"',
    "organization": "lower-case letters and digits, a letter first, at most 12",
    "environment": "lower-case letters and digits, a letter first, at most 12",
    "region": "an AWS region such as eu-west-1",
    "administrators": "the name or the ARN of an IAM role",
    "trusted_principals": "the name or the ARN of an IAM role",
}
_TAG_TEXT: Final = "a text of letters, digits, spaces and _ . : / = + @ -"
_ALL_KEYS: Final = "`lakekit env schema` lists all keys"
# Problems beyond these are counted: a file of another kind has hundreds.
_MAX_PROBLEMS: Final = 20


def available(folder: Path | None = None) -> dict[str, Path]:
    """Return the files of all environments in a folder by name."""
    folder = folder or directory()
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def is_environment_name(text: str) -> bool:
    """Whether a text can be the name of an environment."""
    try:
        TypeAdapter(ShortName).validate_python(text)
    except ValidationError:
        return False
    return True


def load(name: str, folder: Path | None = None) -> Environment:
    """Return the environment with a name.

    Raises:
        EnvironmentFileError: there is no such file, or it is not a valid environment.
    """
    folder = folder or directory()
    files = available(folder)
    if name not in files:
        near = difflib.get_close_matches(name, files, 1)
        shown = name if is_environment_name(name) else "NAME"
        raise EnvironmentFileError(
            f"there is no environment {name!r}; there are: {', '.join(files) or 'none'}",
            where=str(folder),
            fix=f"did you mean {near[0]!r}?" if near else f"`lakekit env new {shown}` writes one",
        )
    return load_file(files[name])


def load_all(folder: Path | None = None) -> list[Environment]:
    """Return all environments of a folder, sorted by name.

    Raises:
        EnvironmentFileError: a file is not valid, or there is none.
    """
    folder = folder or directory()
    environments = [load_file(path) for path in available(folder).values()]
    if not environments:
        raise EnvironmentFileError(
            "there is no environment file (*.yaml) here",
            where=str(folder),
            fix="`lakekit env new dev` writes one",
        )
    return environments


def selected(folder: Path | None = None) -> list[Environment]:
    """Return the environments that `LAKEKIT_ENV` names, separated by commas; all if it is not set."""
    wanted = [name.strip() for name in os.environ.get(SELECTION, "").split(",") if name.strip()]
    found = [load(name, folder) for name in dict.fromkeys(wanted)] if wanted else load_all(folder)
    check_shared_accounts(_with_neighbours(found, folder or directory()))
    return found


def _with_neighbours(environments: Iterable[Environment], folder: Path) -> dict[Path, Environment]:
    """Return the environments by file, with those of the folder that are in the same accounts.

    An environment that is synthesized alone is compared with them too. A neighbour that is not valid is left to its own
    synthesis.
    """
    found = {folder / f"{environment.name}.yaml": environment for environment in environments}
    accounts = {environment.account_id for environment in found.values()}
    for path in available(folder).values():
        if path not in found:
            with suppress(EnvironmentFileError, OSError, UnicodeDecodeError):
                if any(account in read_regular_text(path) for account in accounts):
                    found[path] = load_file(path)
    return dict(sorted(found.items()))


def load_file(path: Path) -> Environment:
    """Read and check one environment file.

    Raises:
        EnvironmentFileError: with file, line, key, the allowed values and the nearest valid key.
    """
    source = yaml_source.read(path)
    try:
        environment = Environment.model_validate(source.data)
    except ValidationError as error:
        details = sorted(error.errors(), key=lambda detail: _importance(detail, source))
        problems = [_explain(detail, source) for detail in details[:_MAX_PROBLEMS]]
        others = [str(problem) for problem in problems[1:]]
        if len(details) > _MAX_PROBLEMS:
            others.append(f"and {len(details) - _MAX_PROBLEMS} more")
        first = problems[0]
        raise EnvironmentFileError(first.problem, where=first.where, fix=first.fix, others=others) from error
    if environment.environment != path.stem:
        raise EnvironmentFileError(
            f"environment is {environment.environment!r} but the file name is {path.name!r}",
            where=f"{path}:{source.line(('environment',))}",
            fix=f"rename the file to {environment.environment}.yaml, or set `environment: {path.stem}`",
        )
    return environment


def _importance(detail: ErrorDetails, source: yaml_source.YamlSource) -> tuple[bool, int]:
    """Return the sort key of problems: unknown keys first, since a missing key is often misspelt, then by line."""
    return (detail["type"] != "extra_forbidden", source.line(_key(detail)))


def _key(detail: ErrorDetails) -> yaml_source.Key:
    """Return the key as written in the file, without the backend's discriminator and pydantic's markers.

    Validators of several keys report at the section; their context has the key.
    """
    location = (*detail["loc"], *detail.get("ctx", {}).get("key", ()))
    tag = location.index("backend") + 1 if "backend" in location else -1
    return tuple(part for index, part in enumerate(location) if index != tag and part != "[key]")


def _explain(detail: ErrorDetails, source: yaml_source.YamlSource) -> EnvironmentFileError:
    key = _key(detail)
    dotted = ".".join(map(str, key))
    where = f"{source.path}:{source.line(key)}"
    if detail["type"] == "extra_forbidden":
        allowed = _keys_at(Environment, detail["loc"][:-1])
        near = difflib.get_close_matches(str(key[-1]), allowed, 1, 0.5)
        fix = f"did you mean {near[0]!r}?" if near else f"known keys here: {', '.join(sorted(allowed))}"
        return EnvironmentFileError(f"unknown key {dotted!r}", where=where, fix=fix)
    if detail["type"] == "missing":
        return EnvironmentFileError(f"the key {dotted!r} is missing", where=where, fix=f"add `{key[-1]}: …`")
    problem, fix = _describe(detail, key)
    stated = stated_key(detail["msg"])
    if stated[: len(key)] == key and stated:
        # A validator of several keys reports at their section; the line is that of the key that it names.
        return EnvironmentFileError(problem, where=f"{source.path}:{source.line(stated)}", fix=fix)
    return EnvironmentFileError(f"{dotted}: {problem}" if dotted else problem, where=where, fix=fix)


def _describe(detail: ErrorDetails, key: yaml_source.Key) -> tuple[str, str]:
    given = detail["input"]
    shape = next((text for name, text in _SHAPES.items() if name in key), None)
    if detail.get("ctx", {}).get("pattern") == TAG_TEXT:
        shape = _TAG_TEXT
    if detail["type"] in {"string_type", "string_pattern_mismatch"} and shape:
        note = f" (without quotes YAML reads a number: {given})" if type(given) is int else ""
        return f"{shown_value(given)} is not {shape}{note}", f"write {shape}"
    problem, fix = describe(detail)
    if not fix:
        return problem, f"change the value as stated; {_ALL_KEYS}"
    return problem, fix if fix.endswith("?") else f"{fix}; {_ALL_KEYS}"


def _keys_at(model: type[BaseModel], location: Iterable[str | int]) -> list[str]:
    """Return the allowed keys of a section of the file."""
    candidates = [model]
    for part in location:
        tagged = [c for c in candidates if "kind" in c.model_fields and part in get_args(_annotation(c, "kind"))]
        if tagged:
            candidates = tagged
            continue
        inner = [m for c in candidates if part in c.model_fields for m in _models_in(_annotation(c, str(part)))]
        candidates = inner or candidates
    return list(dict.fromkeys(name for candidate in candidates for name in candidate.model_fields))


def _annotation(model: type[BaseModel], name: str) -> Any:
    return model.model_fields[name].annotation


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models in an annotation: a model, the members of a union, the values of a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
