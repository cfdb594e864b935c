"""The operator's promises on a real cluster: one module each, numbered as in docs/reference/operator.md."""
