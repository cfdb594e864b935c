"""What strangers, thieves and forgers try, against the whole platform."""
