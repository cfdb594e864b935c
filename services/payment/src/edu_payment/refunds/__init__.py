"""Giving a student's money back."""
