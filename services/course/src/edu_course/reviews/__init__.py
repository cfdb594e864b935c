"""Reviews: what students think of a course, and the sums that its rating is made of."""
