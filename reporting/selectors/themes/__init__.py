"""What the theme pages show. Counts and cases begin from what the reader may see."""

from reporting.selectors.themes.listing import themes_by_size

__all__ = ["themes_by_size"]
