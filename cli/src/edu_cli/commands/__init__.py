"""The subcommands of `edu`, one module per topic."""
