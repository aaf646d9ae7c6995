"""What the case file tells the apps above it. Each is sent inside the transaction of the change, so both or neither.

Every signal carries `case`, `actor` and `now`, and what is listed beside it.
"""

from django.dispatch import Signal

contact_made = Signal()  # contact: it has left for the customer; its purpose says which clock it satisfies
contact_called_off = Signal()  # contact: it had not been released, so nothing was announced of it
facts_changed = Signal()  # changes: {field: (old, new)}
priority_changed = Signal()  # old, new
owner_changed = Signal()  # old, new
kind_changed = Signal()  # old, new
support_changed = Signal()  # what helps the customer; sent for each of their open cases
contribution_asked = Signal()  # contribution: due at its own time
contribution_settled = Signal()  # contribution: answered, or no longer needed
promise_made = Signal()  # promise
promise_settled = Signal()  # promise: kept or released
