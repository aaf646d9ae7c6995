from incidents.models.bulk import LinkRow, LinkRun, Mailing, MailingRow
from incidents.models.major import Listener, MajorIncident, MajorNote, ReviewAction
from incidents.models.work import HandOff, Incident, IncidentUpdate, RecoveryAction

__all__ = [
    "HandOff",
    "Incident",
    "IncidentUpdate",
    "LinkRow",
    "LinkRun",
    "Listener",
    "Mailing",
    "MailingRow",
    "MajorIncident",
    "MajorNote",
    "RecoveryAction",
    "ReviewAction",
]
