"""The HTTP edge of a service: middleware, health, the application, the server."""
