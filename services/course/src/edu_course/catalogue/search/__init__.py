"""Search: from the words typed to the courses that match them."""
