"""What this service keeps of the courses."""
