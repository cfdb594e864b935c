"""Locust users that behave like students, searchers and teachers."""
