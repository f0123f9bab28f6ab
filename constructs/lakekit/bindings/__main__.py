"""`python -m lakekit.bindings`: warm the caches that a synth reads."""

from lakekit.bindings import warm_up

print(f"bindings are warm ({warm_up():.1f} s)")  # noqa: T201 - the command's answer
