"""Accounts: registration, own profile, public profiles, a teacher's application."""
