"""`edu cluster …`: the platform on a Kubernetes cluster of kind."""
