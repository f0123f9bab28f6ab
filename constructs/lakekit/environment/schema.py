"""The JSON Schema of environment files, for editors."""

from __future__ import annotations

import json
from typing import Any

from .model import Environment

FILE_NAME = "environment.schema.json"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an environment file."""
    generated = Environment.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **generated,
        "title": "Lakekit environment",
        "description": "One deployed lakehouse: stacks/environments/<environment>.yaml",
    }


def text() -> str:
    """Return the text of the schema file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
