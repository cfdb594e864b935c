"""Headers of every response, so that a browser which shows one runs nothing in it and frames it nowhere."""

CONTENT_SECURITY_POLICY = b"content-security-policy"

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
"""Those of the pages, which `frontend/src/lib/security/headers.ts` sets."""

NOTHING_ALLOWED = (CONTENT_SECURITY_POLICY, b"default-src 'none'; frame-ancestors 'none'")
"""The policy of a response without one of its own."""
