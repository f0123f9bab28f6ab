"""Real engines on this machine, from pinned jars: what can be installed, what is installed, and what runs."""
