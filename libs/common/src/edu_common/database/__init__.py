"""The service's own Postgres: connection pool, statements, lists, migrations."""
