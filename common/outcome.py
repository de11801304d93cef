"""What became of a write: the three answers that a person can be given."""

from enum import StrEnum


class Outcome(StrEnum):
    """The truth about one write.

    ``UNKNOWN`` is an honest answer and not an error: the request may have arrived, its answer did not.
    """

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"
