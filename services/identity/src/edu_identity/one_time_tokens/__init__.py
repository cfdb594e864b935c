"""Tokens that go out by mail: good once, kept as hashes."""
