"""The one kind of error that users of `edu` should encounter."""

from pathlib import Path


class LocalError(Exception):
    """A condition of this machine that stops the command; its text is a sentence and a remedy."""


def explain(error: OSError, path: Path | None = None) -> str:
    """Return a sentence and a remedy for a file that cannot be read or written."""
    where = error.filename or path or "the state directory"
    if isinstance(error, PermissionError):
        return (
            f"No permission for {where}. It may belong to another user who ran edu before: run as that user, "
            "delete the folder, or choose another one with EDU_HOME=/some/folder."
        )
    return (
        f"Cannot write {where}: {error.strerror}. Free some space or choose another place with EDU_HOME=/some/folder."
    )


def last_lines(text: str, count: int = 12) -> str:
    """Return the end of a log, indented, for an error that quotes it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-count:]) or "    (the log is empty)"
