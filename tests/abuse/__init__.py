"""Attacks by strangers, thieves and forgers on the whole platform."""
