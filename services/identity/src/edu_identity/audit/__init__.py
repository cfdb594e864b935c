"""The audit log: who did what, and what happened to whom."""
