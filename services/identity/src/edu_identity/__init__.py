"""Accounts, sessions, tokens, teachers' verification, audit."""
