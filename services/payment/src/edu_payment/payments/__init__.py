"""Payments and their outcome, for students, admins and other services."""
