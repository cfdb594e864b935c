"""What admins do: teachers' verification, accounts, the first admin."""
