"""Which mails a user wants."""
