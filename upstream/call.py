"""What one call sends and what comes back, as plain values."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from upstream.errors import Codes, Facts, Malformed, UpstreamError, classify, unknown_if_written
from upstream.jar import Jar
from upstream.operations import Operation
from upstream.secret import Secret


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for a multipart operation.

    It is streamed from its start, and once more from its start when the call is repeated with a renewed
    token; so it has to be seekable, and must not grow meanwhile.
    """

    file: BinaryIO
    filename: str
    content_type: str = "application/octet-stream"

    def __post_init__(self) -> None:
        if not self.file.seekable():
            raise ValueError("An upload needs a seekable file.")

    def rewound(self) -> "Stream":
        """The file from its start, for one request."""
        return Stream(self.file)


class Stream:
    """A file as the multipart encoder wants it: something to read that knows how much is left.

    Given a file, the encoder asks the operating system for its size, which is nothing for an upload that
    Django keeps in memory, and reads a ``BytesIO`` as a whole.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, io.SEEK_END)
        file.seek(0)

    @property
    def len(self) -> int:
        return self._size - self._file.tell()

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``body`` may hold ``Secret`` values; they are revealed when it is encoded.

    ``deadline`` (seconds) replaces the one that the operation has by its pace. ``request_id`` is sent
    upstream as X-Request-ID; an empty one is replaced by a random one.
    """

    operation: Operation
    token: Secret | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    upload: Upload | None = None
    jar: Jar | None = None
    request_id: str = ""
    deadline: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole. The body may hold credentials, so it is no part of the repr."""

    operation: Operation
    request_id: str
    status: int
    content_type: str
    codes: Codes = field(repr=False)
    body: bytes = field(repr=False)

    def error(self, errcode: object, text: str) -> UpstreamError | None:
        """The error that this answer means, given what was read from its body; ``None`` for a success."""
        return classify(
            self.operation, self.status, errcode, text, codes=self.codes, request_id=self.request_id
        )

    def malformed(self, detail: str, errcode: int | None = None) -> Malformed:
        """This answer is not what the document says; a write's outcome is unknown then."""
        facts: Facts = {
            "system": self.operation.system,
            "request_id": self.request_id,
            "status": self.status,
            "errcode": errcode,
        }
        outcome = unknown_if_written(self.operation)
        return Malformed(operation=self.operation.name, outcome=outcome, detail=detail, **facts)
