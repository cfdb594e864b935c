"""A user's own in-app notifications: list, unread count, mark as read."""
