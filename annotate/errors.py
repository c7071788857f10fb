"""Every error raised on purpose, named by what the caller can do about it.

::

    AnnotateError                 base: problem, where, hint, exit code
    ├── DataError          (1)    the data are wrong: repair or replace them
    │   ├── RecordError           one record, at file:line, cannot be used
    │   ├── SpanError             offsets and quoted text do not agree
    │   ├── CodebookError         a codebook breaks a rule, or two do not match
    │   ├── UndefinedError        the number asked for is not defined on these data
    │   └── ModelError            a model folder is corrupt, foreign or made for something else
    ├── UsageError         (2)    the command was called wrongly: call it again
    └── OutsideError       (3)    the world outside said no
        ├── Unreachable           no answer: start the service or try again later
        ├── Unauthorized          the token is missing, wrong or may not do this
        ├── NotThere              the project or repository does not exist, or may not be seen
        ├── Refused               the service answered, and the answer was no
        └── StorageError          a file cannot be read or written: permissions, a full disk
"""


class AnnotateError(Exception):
    """Base class: says what is wrong, where, and what to do next.

    Args:
        problem: one sentence without a full stop, quoting the value found.
        where: a place a person can open: ``file:line``, a URL, an article id.
        hint: what to do next.
    """

    exit_code = 1

    def __init__(self, problem: str, *, where: str | None = None, hint: str | None = None) -> None:
        """Keep the three parts and join the first two into the message."""
        self.problem, self.where, self.hint = problem, where, hint
        super().__init__(": ".join(part for part in (where, problem) if part))


class DataError(AnnotateError):
    """The data are wrong."""


class RecordError(DataError):
    """A record cannot be used."""


class SpanError(DataError):
    """A span's offsets and its text do not agree."""


class CodebookError(DataError):
    """A codebook breaks a rule, or two codebooks do not match."""


class UndefinedError(DataError):
    """The number asked for is not defined on these data."""


class ModelError(DataError):
    """A model folder cannot be used."""


class UsageError(AnnotateError):
    """The command was called wrongly."""

    exit_code = 2


class OutsideError(AnnotateError):
    """A service or the file system said no."""

    exit_code = 3


class Unreachable(OutsideError):  # noqa: N818 - named by the state of the service, as httpx names its errors
    """Nothing answers there."""


class Unauthorized(OutsideError):  # noqa: N818 - named by the state of the caller
    """The token is missing, wrong, or may not do this."""


class NotThere(OutsideError):  # noqa: N818 - named by the state of the thing asked for
    """It does not exist, or this token may not see it."""


class Refused(OutsideError):  # noqa: N818 - named by the answer
    """The service answered, and the answer was no."""


class StorageError(OutsideError):
    """A file cannot be read or written."""
