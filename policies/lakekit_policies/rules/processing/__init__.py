"""Rules for EMR, Athena and schedules."""
