"""Certificates of completed courses."""
