"""Rules for EventBridge."""
