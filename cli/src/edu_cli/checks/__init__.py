"""What `edu test`, `edu doctor` and `edu openapi` check."""
