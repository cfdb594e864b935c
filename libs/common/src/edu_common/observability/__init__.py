"""Logs, metrics and event loop lag."""
