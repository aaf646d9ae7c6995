"""Which cases a key figure looks at, where several look at the same."""

SETTLED = "Complaints whose final response was sent, or that were withdrawn or set aside, in the period"
CLOSED_COMPLAINTS = "Complaints closed in the period"
