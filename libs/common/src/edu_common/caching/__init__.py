"""Caches: in the process, and in Redis as a second level."""
