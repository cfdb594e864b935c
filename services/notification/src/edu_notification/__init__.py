"""In-app notifications and mail, made from events."""
