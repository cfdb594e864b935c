"""EduPlatform on one machine: Postgres, the services and one public origin, run by the `edu` command."""
