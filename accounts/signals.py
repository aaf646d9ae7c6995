"""What accounts tell the apps above them, inside the transaction of the change."""

from django.dispatch import Signal

leaders_changed = Signal()  # team_ids: teams whose leaders or people are others than before; now
