"""A stack called `test` around whatever a test wants to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lakekit.core.stack import LakehouseStack
from lakekit.testing import Template, environment, synthesize

Build = Callable[[LakehouseStack], object]


def stack(build: Build, **changes: Any) -> Template:
    """The JSON of a stack called `test` in an environment of these changes, filled by `build`."""

    def make(app: Any) -> LakehouseStack:
        made = LakehouseStack(app, environment(**changes), "test")
        build(made)
        return made

    return synthesize(make)
