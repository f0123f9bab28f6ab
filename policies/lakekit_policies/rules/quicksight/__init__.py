"""Rules for QuickSight."""
