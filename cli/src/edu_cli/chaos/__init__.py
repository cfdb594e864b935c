"""A platform whose processes are killed while students buy, and the audit of the resulting purchases."""
