"""Enrollments, progress, certificates, rosters."""
