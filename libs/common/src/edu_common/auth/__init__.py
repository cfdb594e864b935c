"""Who is asking: users by access token, services by service token."""
