"""The demonstration: Sweden's counties and cities, people, an offer, and the main job told step by step."""
