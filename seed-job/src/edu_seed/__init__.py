"""Deterministic demonstration and load-test data, loaded by binary COPY."""
