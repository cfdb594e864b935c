"""What is kept of earlier results: in the process, and in Redis as a second level."""
