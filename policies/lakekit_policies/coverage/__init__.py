"""Coverage: which resource types the rules evaluate, which need no rule, and which are unknown."""
