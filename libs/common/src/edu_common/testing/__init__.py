"""Helpers for the tests of every service: a real Postgres, and users with real tokens."""
