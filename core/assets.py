"""Third-party front-end files come from npm by lock file and are served through this allow-list; none is committed."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error, register
from django.core.files.storage import FileSystemStorage, Storage

FONT = "@fontsource-variable/atkinson-hyperlegible-next"
ASSETS = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "vendor/bootstrap.bundle.min.js.map": "bootstrap/dist/js/bootstrap.bundle.min.js.map",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/atkinson-latin.woff2": f"{FONT}/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "vendor/atkinson-latin-ext.woff2": f"{FONT}/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
}


class NodeModulesFinder(BaseFinder):
    """Serve exactly the files in `ASSETS`, under their own short names."""

    def __init__(self) -> None:
        self.storage = FileSystemStorage(location=settings.NODE_MODULES_DIR)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = ASSETS.get(path)
        found = settings.NODE_MODULES_DIR / source if source else None
        if found is None or not found.exists():
            return [] if find_all else None
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name, source in ASSETS.items():
            yield name, _RenamedFile(self.storage, name, source)


class _RenamedFile(FileSystemStorage):
    """Answer for one file of node_modules under the name that pages use."""

    def __init__(self, storage: FileSystemStorage, name: str, source: str) -> None:
        super().__init__(location=storage.location)
        self.names = {name: source}

    def path(self, name: str) -> str:
        return super().path(self.names.get(name, name))


@register()
def assets_are_installed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    missing = [source for source in ASSETS.values() if not (settings.NODE_MODULES_DIR / source).exists()]
    if not missing:
        return []
    return [Error(f"Front-end files are missing: {', '.join(missing)}.", hint="Run `npm ci`.", id="core.E001")]
