"""`python -m lakekit.bindings`: fill the caches that a synth reads."""

from lakekit.bindings import warm_up

print(f"bindings are warm ({warm_up():.1f} s)")  # noqa: T201 - the command's answer
