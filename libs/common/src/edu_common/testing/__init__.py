"""What the tests of every service share: a real Postgres, and users with real tokens."""
