"""Sessions: sign-in, refresh, sign-out, signed-in devices."""
