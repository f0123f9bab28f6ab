"""Rules for alarms, dashboards, topics and budgets."""
