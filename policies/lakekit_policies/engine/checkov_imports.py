"""Import only the part of checkov that evaluates Terraform.

``import checkov.terraform`` executes 1,144 checks, a client of a commercial platform with boto3 and aiohttp,
and a secrets scanner. The gate needs the check base classes, the plan parser and the graph builder. So a few
of checkov's packages are registered as bare packages: their submodules import as ever, their ``__init__``
(which imports everything) never runs. This must happen before anything else imports ``checkov.terraform``.

This relies on checkov internals, hence the exact pin: any other version is an error.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import logging
import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final

from lakekit_policies.errors import GateError

CHECKOV: Final = "3.3.30"

_BARE_PACKAGES: Final = (
    "checkov.terraform",
    "checkov.terraform.checks.resource",
    "checkov.terraform.checks.resource.aws",
    "checkov.terraform.checks.data",
    "checkov.terraform.checks.data.aws",
    "checkov.terraform.checks.provider",
    "checkov.terraform.checks.provider.aws",
    "checkov.common.bridgecrew.integration_features",
    "checkov.common.bridgecrew.integration_features.features",
)
_LAZY_IMPORTS: Final = ("aiohttp", "git")
"""Libraries that checkov imports at module level and uses only for network access."""

_ENVIRONMENT_PREFIXES: Final = ("CHECKOV_", "CKV_", "BC_", "PRISMA_", "EVAL_TF_PLAN_AFTER_UNKNOWN", "YOR_", "RENDER_")
"""Environment variables that change checkov's behaviour; they must not change a verdict."""


def prepare() -> None:
    """Make checkov partly importable. Call it once, at the start of the process.

    Raises:
        GateError: checkov is missing, has another version, or is already imported in full.
    """
    try:
        found = importlib.metadata.version("checkov")
    except importlib.metadata.PackageNotFoundError:
        raise GateError(
            "engine_missing",
            f"{sys.executable} has no checkov. Install checkov=={CHECKOV} there, or name an interpreter "
            "that has it in LAKEKIT_ENGINE_PYTHON.",
        ) from None
    if found != CHECKOV:
        raise GateError("engine_version", f"checkov {found} is installed; the gate requires {CHECKOV}.")
    if "checkov.terraform" in sys.modules:
        if getattr(sys.modules["checkov.terraform"], "__lakekit_bare__", False):
            return
        raise GateError("engine_loaded", "checkov is already imported in full in this process.")
    for name in [name for name in os.environ if name.startswith(_ENVIRONMENT_PREFIXES)]:
        del os.environ[name]
    logging.getLogger().setLevel(logging.CRITICAL)  # a crashed check is a finding; checkov logs a traceback as well
    root = Path(importlib.import_module("checkov").__path__[0])
    for name in _BARE_PACKAGES:
        _register(name, _bare_package(name, root.joinpath(*name.split(".")[1:])))
    sys.modules["checkov.terraform"].__getattr__ = _terraform_attribute  # type: ignore[method-assign]
    _register_stubs()
    for name in _LAZY_IMPORTS:
        _import_lazily(name)
    # The evaluator of HCL expressions, which plans do not need; with numpy it costs 0.2 s.
    _import_without("numpy", "asteval")


def _register(name: str, module: ModuleType) -> None:
    """Register a module as an import would: by name, and as an attribute of its parent."""
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(importlib.import_module(parent), child, module)


def _bare_package(name: str, folder: Path) -> ModuleType:
    if not folder.is_dir():
        raise GateError("engine_layout", f"checkov {CHECKOV} has no package {name}: is the installation complete?")
    module = ModuleType(name)
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    module.__spec__, module.__path__, module.__package__ = spec, [str(folder)], name
    module.__lakekit_bare__ = True  # type: ignore[attr-defined]
    return module


def _terraform_attribute(name: str) -> Any:
    """``checkov/terraform/__init__`` re-exports its module objects; checkov's own modules rely on that."""
    if not name.startswith("_"):
        for home in ("module_objects", "module_utils"):
            module = importlib.import_module(f"checkov.terraform.modules.{home}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(name)


def _register_stubs() -> None:
    """Names that are imported for features the gate does not use.

    Ids of the commercial platform in skip comments (JSON has no comments), JSON encoders for findings of the
    secrets and source-code scanners, and the runner base class with its reports, of which the graph builder
    takes one helper.
    """
    features = "checkov.common.bridgecrew.integration_features.features"
    platform = SimpleNamespace(bc_to_ckv_id_mapping={}, check_metadata={})
    _register_stub(f"{features}.policy_metadata_integration", integration=platform)
    _register_stub("detect_secrets.core.potential_secret", PotentialSecret=type("PotentialSecret", (), {}))
    _register_stub("checkov.common.runners.base_runner", strtobool=_is_true)
    models = ("MatchMetadata", "DataFlow", "MatchLocation", "Point")
    _register_stub("checkov.common.sast.report_types", **{name: type(name, (), {}) for name in models})


def _is_true(value: str) -> bool:
    return value.lower() in {"y", "yes", "t", "true", "on", "1"}


def _register_stub(name: str, **attributes: object) -> None:
    package = name.split(".")[:-1]
    for depth in range(1, len(package) + 1):
        parent = ".".join(package[:depth])
        if package[0] != "checkov" and parent not in sys.modules:
            empty = ModuleType(parent)
            empty.__path__ = []
            _register(parent, empty)
    module = ModuleType(name)
    vars(module).update(attributes)
    _register(name, module)


def _import_lazily(name: str) -> None:
    """Import ``name`` on first use."""
    spec = importlib.util.find_spec(name) if name not in sys.modules else None
    if spec is None:
        return
    module = ModuleType(name)
    module.__path__ = list(spec.submodule_search_locations or ())

    def attribute(wanted: str) -> Any:
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        if sys.modules.get(name) is module:
            del sys.modules[name]
        return getattr(importlib.import_module(name), wanted)

    module.__getattr__ = attribute  # type: ignore[method-assign]
    sys.modules[name] = module


def _import_without(blocked: str, name: str) -> None:
    """Import ``name`` as if the optional ``blocked`` were not installed."""
    if blocked in sys.modules:
        return
    sys.modules[blocked] = None  # type: ignore[assignment]
    try:
        importlib.import_module(name)
    finally:
        del sys.modules[blocked]
