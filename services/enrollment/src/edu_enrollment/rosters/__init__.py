"""The students of a course, for its teacher."""
