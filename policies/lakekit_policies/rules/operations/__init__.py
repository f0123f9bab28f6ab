"""Alarms, dashboards, topics and budgets."""
