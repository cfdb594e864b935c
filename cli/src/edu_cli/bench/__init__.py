"""Measurements of a running platform: capacity, comparison, overload, soak, virtual users."""
