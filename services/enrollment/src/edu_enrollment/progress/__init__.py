"""What students finished, and where they resume."""
