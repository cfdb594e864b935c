"""What tests switch to prove that nothing acknowledged is lost."""
