"""The work queue: which cases, in which order, and which page of them, all from the address."""
