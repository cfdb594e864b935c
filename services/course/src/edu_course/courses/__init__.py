"""Courses: writing them, bringing them before the public, showing one."""
