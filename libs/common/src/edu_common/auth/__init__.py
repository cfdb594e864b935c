"""Authentication of callers: users by access token, services by service token."""
