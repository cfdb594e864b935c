"""Buying a course."""
