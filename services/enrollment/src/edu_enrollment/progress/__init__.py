"""Progress of students: the lessons they finished, and where they resume."""
