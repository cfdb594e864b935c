"""Load by arrival rate: requests are sent when they are due, whether or not earlier ones have been answered."""
