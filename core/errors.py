"""Refusals that a person can act on. Everything else that goes wrong is a bug and stays a 500."""


class UserFacingError(Exception):
    """A refusal whose text is a full sentence for the reader: what is not possible, why, and who can."""


class TransitionNotAllowedError(UserFacingError):
    """The step is not possible while the record is in its present status."""


class NotReadyError(UserFacingError):
    """The step waits for something; `missing` lists it in full sentences."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(" ".join(missing))


class StaleVersionError(UserFacingError):
    """Somebody else saved the record after this person opened it."""
