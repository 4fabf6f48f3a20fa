"""The ratios that this product publishes of itself, measured in one command: `python -m bench`."""
