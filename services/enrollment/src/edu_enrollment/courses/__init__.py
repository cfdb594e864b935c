"""This service's snapshots of courses."""
