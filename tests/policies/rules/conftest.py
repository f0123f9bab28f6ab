"""Generate tests from the tables of rule cases."""

from __future__ import annotations

import pytest
from rule_cases import Case, changed


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    cases: list[Case] = getattr(metafunc.module, "CASES", [])
    if "passing" in metafunc.fixturenames:
        rows = [
            pytest.param((case.rule, document), id=f"{case.rule}-{label}")
            for case in cases
            for label, document in [
                ("good", case.good),
                *((label, changed(case.good, change)) for label, change in case.also_good.items()),
            ]
        ]
        metafunc.parametrize("passing", rows)
    if "failing" in metafunc.fixturenames:
        rows = [
            pytest.param((case.rule, changed(case.good, change), expected), id=f"{case.rule}-{label}")
            for case in cases
            for label, (change, expected) in case.bad.items()
        ]
        metafunc.parametrize("failing", rows)
