"""From what somebody typed to what courses are asked for."""
