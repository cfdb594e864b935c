"""What admins do about courses and reviews, and the reports of users."""
