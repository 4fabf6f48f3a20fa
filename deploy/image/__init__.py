"""The image that every container of ours runs, and what its first container does."""
