"""The Kubernetes operator of EduPlatform."""
