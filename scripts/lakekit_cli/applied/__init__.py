"""What was last applied to a stack, so that `lakekit deploy --changed` can skip it."""
