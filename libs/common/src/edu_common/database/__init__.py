"""The service's own Postgres: pool, statements, lists, migrations."""
