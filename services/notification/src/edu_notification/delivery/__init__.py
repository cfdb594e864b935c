"""From an event to what a user is told, and by which channels."""
