"""A course's curriculum: modules, their lessons, and the order of both."""
