"""Faults that tests inject to prove that nothing acknowledged is lost."""
