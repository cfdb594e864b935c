"""Passwords: change, and reset when forgotten."""
