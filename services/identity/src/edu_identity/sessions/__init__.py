"""Sessions: sign-in, refresh, sign-out, the devices that are signed in."""
