"""Charts as geometry: Python works out where everything goes, a template under components/charts/ draws it as SVG.

Drawings carry classes only, no colours and no styles, and every one has its numbers in a table beside it.
"""
