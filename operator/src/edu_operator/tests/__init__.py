"""Inside the package: from the folder `operator`, pytest would import them over Python's own module of that name."""
