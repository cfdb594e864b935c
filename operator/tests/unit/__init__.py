"""A package, so that pytest does not import these modules below `operator`, which would hide the standard library's."""
