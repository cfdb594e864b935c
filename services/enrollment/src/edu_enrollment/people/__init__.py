"""Current names of users."""
