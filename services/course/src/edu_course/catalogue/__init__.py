"""The public catalogue: listing, searching and counting published courses."""
