"""What the platform must stand on a real cluster: a module for each promise, numbered as in docs/operator.md."""
