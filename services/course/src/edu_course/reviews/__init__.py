"""Reviews of courses by students, and the sums from which ratings are computed."""
