"""What became of a write: the three answers that a person can be given."""

from enum import StrEnum


class Outcome(StrEnum):
    """The truth about one write.

    ``UNKNOWN`` is an honest answer and not an error: the request may have arrived, its answer did not.
    """

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


class Recovery(StrEnum):
    """What may be done when the answer to a write was lost; each operation declares it."""

    REPEATABLE = "repeatable"  # sending it again ends in the same state
    FINDABLE = "findable"  # look first: whether it was done can be seen by its marks
    NEVER = "never"  # never send it again by itself: report that it is unknown
