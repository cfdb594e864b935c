"""What this service keeps of users: names that changed, teachers verified since their token was made."""
