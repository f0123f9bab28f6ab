"""The commands, one to a file; each is imported when it is called."""
