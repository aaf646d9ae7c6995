"""Case references in URLs. The number decides; the letters before it may be those of an earlier kind, or missing."""


class CaseReference:
    regex = r"(?:[A-Za-z]{3}-)?\d{4}-\d{6,9}"

    def to_python(self, value: str) -> str:
        """Return the bare case number, such as 2026-004211."""
        return "-".join(value.split("-")[-2:])

    def to_url(self, value: str) -> str:
        return value
