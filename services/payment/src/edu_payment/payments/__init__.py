"""Payments: what became of them, for their student, for admins and for the other services."""
