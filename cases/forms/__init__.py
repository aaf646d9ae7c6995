"""What is typed on the case page, by subject."""
