"""Mechanisms that every EduPlatform service shares; no domain."""

__version__ = "0.2.0"
