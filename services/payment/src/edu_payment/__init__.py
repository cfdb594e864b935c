"""Payments, refunds, payment providers."""
