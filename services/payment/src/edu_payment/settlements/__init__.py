"""Ending, by hand, what the mock provider leaves pending."""
