"""Who may read what, and that nothing goes around it."""
