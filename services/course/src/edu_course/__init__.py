"""Catalogue, search, course authoring, lessons, reviews."""
