"""The promises of the operator on a real cluster: a module each, numbered as in docs/reference/operator.md."""
