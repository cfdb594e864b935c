"""Outgoing mail: the queue, the contents of a mail, its transport."""
