"""The one kind of error that users of `edu` are expected to meet."""


class LocalError(Exception):
    """A condition of this machine that stops the command; its text is a sentence and a way on."""


def last_lines(text: str, count: int = 12) -> str:
    """The end of a log, indented, for an error that quotes it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-count:]) or "    (the log is empty)"
