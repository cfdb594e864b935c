"""Whom the platform can tell something: their address, name, role and language."""
