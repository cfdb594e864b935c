"""What an administrator tells one user or all users of a role."""
