"""The commands of `lakekit`, one per file; each is imported when it is called."""
