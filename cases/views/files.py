"""Files leave as downloads and nothing else: they are never shown, run or guessed at by the browser."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404


def as_download(path: str, *, name: str, content_type: str) -> FileResponse:
    if not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), as_attachment=True, filename=name, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
