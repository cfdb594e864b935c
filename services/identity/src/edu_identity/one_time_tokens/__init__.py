"""Tokens sent by mail: valid once, stored as hashes."""
