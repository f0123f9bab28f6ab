"""How strong is the gate? Weaken real stacks in one place at a time, and count what it refuses.

    python -m mutation cdktf.out --stacks 'prod-*'

Weakenings are applied wherever they fit (:mod:`.settings`, :mod:`.statements`, :mod:`.surroundings`, :mod:`.plans`), so
a construct of tomorrow is put to the test without being entered anywhere. What changes nothing about safety, cost or
order is listed in :mod:`.neutral`, each with its reason.
"""
