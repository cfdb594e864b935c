"""Courses: authoring, publishing, reading one."""
