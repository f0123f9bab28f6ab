"""Mutation score of the gate: weaken real stacks in one place at a time, and count the rejected mutants.

    python -m mutation cdktf.out --stacks 'prod-*'

Mutations are applied wherever they fit (:mod:`.setting_mutants`, :mod:`.statement_mutants`,
:mod:`.lifecycle_and_providers`, :mod:`.plan_mutants`), so new constructs are covered without registration. Equivalent
mutants are listed in :mod:`.equivalent_mutants`, each with its reason.
"""
