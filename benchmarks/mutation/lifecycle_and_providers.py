"""Mutants of lifecycle, providers, state and default tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lakekit_policies.shared.stateful_types import STATEFUL_TYPES
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from mutation.mutant import Document, Mutant, put, resources

_CREDENTIALS: Final = {"access_key": "AKIAEXAMPLE", "secret_key": "example", "token": "example"}
_EMULATOR: Final = ("insecure", "skip_credentials_validation", "skip_requesting_account_id")


def mutants(stack: str, document: Document) -> Iterator[Mutant]:
    """Every mutant of lifecycle, providers and state."""
    for kind, name, body in resources(document):
        address = f"{kind}.{name}"
        if (body.get("lifecycle") or {}).get("prevent_destroy") is True:
            change = put(kind, name, ("lifecycle",), {**body["lifecycle"], "prevent_destroy": False})
            yield Mutant("lifecycle", stack, address, "lifecycle.prevent_destroy", "off", True, change)
        if kind in STATEFUL_TYPES or kind.startswith("aws_iam_"):
            change = put(kind, name, ("lifecycle",), {**(body.get("lifecycle") or {}), "ignore_changes": "all"})
            yield Mutant("lifecycle", stack, address, "lifecycle.ignore_changes", "all", False, change)
    for index, provider in enumerate(_providers(document)):
        yield from _provider(stack, index, provider)
    yield from _state(stack, document)


def _providers(document: Document) -> list[Any]:
    # The blocks of the document itself, which mutants change.
    blocks = document.get("provider", {}).get("aws", [])
    return blocks if isinstance(blocks, list) else [blocks]


def _provider(stack: str, index: int, provider: Document) -> Iterator[Mutant]:
    def mutant(category: str, path: str, words: str, edit: Callable[[Document], Any], *, critical: bool) -> Mutant:
        def change(document: Document) -> None:
            edit(_providers(document)[index])

        return Mutant(category, stack, "", f"provider.{path}", words, critical, change)

    def without_tag(tag: str) -> Callable[[Document], Any]:
        return lambda block: block["default_tags"][0]["tags"].pop(tag)

    def setter(key: str, value: Any) -> Callable[[Document], Any]:
        return lambda block: block.update({key: value})

    yield mutant(
        "provider",
        "allowed_account_ids",
        "removed",
        lambda block: block.pop("allowed_account_ids", None),
        critical=True,
    )
    others = setter("allowed_account_ids", ["999999999999"])
    yield mutant("provider", "allowed_account_ids", "another account", others, critical=True)
    for key, value in _CREDENTIALS.items():
        yield mutant("provider", key, "written down", setter(key, value), critical=True)
    for key in _EMULATOR:
        yield mutant("provider", key, "set", setter(key, True), critical=True)
    endpoints = setter("endpoints", [{"s3": "http://127.0.0.1:4577"}])
    yield mutant("provider", "endpoints", "set", endpoints, critical=True)
    for tag in ((provider.get("default_tags") or [{}])[0].get("tags") or {}) if provider else {}:
        yield mutant(
            "tag removed",
            f"default_tags.{tag}",
            "removed",
            without_tag(tag),
            critical=False,
        )


def _state(stack: str, document: Document) -> Iterator[Mutant]:
    declared = SynthesizedStack.of(document)
    for key in ("encrypt", "use_lockfile"):
        if "s3" in declared.backends:
            yield Mutant("state", stack, "", f"backend.s3.{key}", "off", True, _backend(key))
    yield Mutant("state", stack, "", "backend", "a local file", True, _local)
    for name, _ in declared.required_providers:
        yield Mutant("state", stack, "", f"required_providers.{name}.version", "without an end", False, _unpinned(name))


def _backend(key: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["terraform"]["backend"]["s3"][key] = False

    return change


def _local(document: Document) -> None:
    document["terraform"]["backend"] = {"local": {"path": "terraform.tfstate"}}


def _unpinned(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["terraform"]["required_providers"][name]["version"] = ">= 1.0.0"

    return change
