"""Demonstration and load-test data: deterministic, complete, loaded in seconds."""

from importlib.metadata import version

__version__ = version("edu-seed")
