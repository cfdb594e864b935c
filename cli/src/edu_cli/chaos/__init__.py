"""A platform whose processes are killed while people buy, and the audit of what became of the purchases."""
