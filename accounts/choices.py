from django.db import models


class Role(models.TextChoices):
    """What a person comes to do. Rights follow from the role in each app's `permissions`."""

    AGENT = "AGENT", "Agent"
    TEAM_LEADER = "TEAM_LEADER", "Team leader"
    MANAGER = "MANAGER", "Manager"
    ADMIN = "ADMIN", "Admin"
    DATA_PROTECTION = "DATA_PROTECTION", "Data protection lead"
    SYSTEM = "SYSTEM", "System"


class ColourTheme(models.TextChoices):
    SYSTEM = "SYSTEM", "As the device"
    LIGHT = "LIGHT", "Light"
    DARK = "DARK", "Dark"


class Density(models.TextChoices):
    COMFORTABLE = "COMFORTABLE", "Comfortable"
    COMPACT = "COMPACT", "Compact"


class EmailState(models.TextChoices):
    PENDING = "PENDING", "Waiting to be sent"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    FAILED = "FAILED", "Could not be sent"
    WITHDRAWN = "WITHDRAWN", "No longer needed"
    CALLED_OFF = "CALLED_OFF", "Called off before it left"


class Delivery(models.TextChoices):
    """How a person wants to hear of a kind of news."""

    IN_APP = "IN_APP", "In the app"
    EMAIL = "EMAIL", "Email now"
    DAILY = "DAILY", "Daily summary"
    OFF = "OFF", "Off"


class SettingsArea(models.TextChoices):
    """What an admin's change was about."""

    PEOPLE = "PEOPLE", "People"
    TEAMS = "TEAMS", "Teams"
    POLICIES = "POLICIES", "Policies"
    RULES = "RULES", "Rules"
    MESSAGES = "MESSAGES", "Messages"
