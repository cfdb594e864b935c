"""The subcommands of `edu`, one module a topic."""
