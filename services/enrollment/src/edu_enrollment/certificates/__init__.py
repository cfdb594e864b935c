"""Proof of finished courses."""
