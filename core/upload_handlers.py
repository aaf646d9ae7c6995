"""A big file arrives whole or not at all, and a full disk is said in words."""

import contextlib
import logging
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParserError

logger = logging.getLogger(__name__)


class FileNotReceivedError(MultiPartParserError):
    """A file could not be written down while it arrived; the text is for whoever sent it."""


class WholeFileHandler(TemporaryFileUploadHandler):
    """Writes a big file to the disk as it comes; once that fails, reads on to the end and then refuses the request.

    Reading on is what lets the browser show the answer: it listens only when it has sent everything.
    """

    failed_name = ""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.failed_name:
            return
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._drop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.failed_name:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self._drop()

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        if self.failed_name:
            return None
        try:
            return super().file_complete(file_size)
        except OSError:
            self._drop()
            return None

    def upload_complete(self) -> None:
        if self.failed_name:
            raise FileNotReceivedError(
                f"“{self.failed_name}” could not be stored: this server has no room for it at the moment. Nothing of what you "
                "sent was kept. Go back and save your words without the file, or send it again later; an admin can make room."
            )

    def _drop(self) -> None:
        """Throw away what has arrived of the file."""
        self.failed_name = self.file_name or "The file"
        logger.exception("upload_not_stored size=%s", self.content_length)
        if getattr(self, "file", None) is not None:
            with contextlib.suppress(OSError):
                self.file.close()
