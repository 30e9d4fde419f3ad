"""What runs: the handlers of a deployment, and what their code does."""
