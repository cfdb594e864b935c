"""Outgoing mail: the queue, what a mail looks like, how it leaves."""
