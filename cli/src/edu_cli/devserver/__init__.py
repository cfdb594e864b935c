"""The platform on this machine: its processes, their data, and the origin in front of them."""
