"""Videos: pages of YouTube and Vimeo, converted to the URL that a page embeds."""

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

YOUTUBE_HOSTS = frozenset(
    {
        "youtube.com",
        "www.youtube.com",
        "m.youtube.com",
        "music.youtube.com",
        "youtube-nocookie.com",
        "www.youtube-nocookie.com",
    }
)
VIMEO_HOSTS = frozenset({"vimeo.com", "www.vimeo.com"})
YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([^/]+)/?")
VIMEO_PATH = re.compile(
    r"/(?:(?:channels/[\w-]+|groups/[\w-]+/videos|(?:album|showcase)/\d+/video)/)?(\d{1,12})(?:/([0-9a-f]{6,20}))?/?"
)
VIMEO_PLAYER_PATH = re.compile(r"/video/(\d{1,12})/?")
VIMEO_KEY = re.compile(r"[0-9a-f]{6,20}")
START = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,3})m)?(?:(\d{1,6})s?)?")


def embed_url(url: str) -> str:
    """Return the embed form of a video's https URL, with its start time; raise `ValueError` for any other URL."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    plain = parts.scheme == "https" and parts.username is None and parts.port in {None, 443}
    found = _embed(host, parts) if plain else None
    if found is None:
        raise ValueError("must be the https URL of a YouTube or Vimeo video")
    return found


def _embed(host: str, parts: SplitResult) -> str | None:
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if host in YOUTUBE_HOSTS:
        return _youtube(_youtube_id(parts.path, query), query)
    if host == "youtu.be":
        return _youtube(parts.path.strip("/"), query)
    if host in VIMEO_HOSTS and (page := VIMEO_PATH.fullmatch(parts.path)):
        return _vimeo(page[1], page[2] or query.get("h", ""), parts.fragment)
    if host == "player.vimeo.com" and (player := VIMEO_PLAYER_PATH.fullmatch(parts.path)):
        return _vimeo(player[1], query.get("h", ""), parts.fragment)
    return None


def _youtube_id(path: str, query: dict[str, str]) -> str:
    if path.rstrip("/") == "/watch":
        return query.get("v", "")
    found = YOUTUBE_PATH.fullmatch(path)
    return found[1] if found else ""


def _youtube(video_id: str, query: dict[str, str]) -> str | None:
    if not YOUTUBE_ID.fullmatch(video_id):
        return None
    start = _seconds(query.get("start") or query.get("t") or "")
    return f"https://www.youtube.com/embed/{video_id}" + (f"?start={start}" if start else "")


def _vimeo(video_id: str, key: str, fragment: str) -> str:
    """Return the player's URL; `key` opens an unlisted video."""
    start = _seconds(fragment.removeprefix("t="))
    shown = f"?h={key}" if VIMEO_KEY.fullmatch(key) else ""
    return f"https://player.vimeo.com/video/{video_id}{shown}" + (f"#t={start}s" if start else "")


def _seconds(text: str) -> int:
    """Return a start time such as 90, 90s or 1h2m3s in seconds; 0 for any other format."""
    found = START.fullmatch(text)
    if not found:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
