"""The app: the models, techniques on tensors, and the page. docs/architecture.md describes the folders."""
