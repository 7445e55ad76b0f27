"""Owns the security headers of every response."""

EMBED_PREFIX = "/embed/"
_CSP = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "svelte-trusted-html plainview dompurify 'allow-duplicates'",
}
_UNUSED = ("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer")
_UNUSED_MORE = ("microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking")


def policy(**changes: str) -> str:
    """The Content-Security-Policy, with some directives changed (underscores stand for dashes)."""
    changed = {**_CSP, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return "; ".join(f"{name} {value}" for name, value in changed.items())


def security_headers(*, is_https: bool, is_embed: bool = False) -> list[tuple[bytes, bytes]]:
    """The headers that every response carries unless it says otherwise itself."""
    permissions = ", ".join(f"{name}=()" for name in (*_UNUSED, *_UNUSED_MORE))
    headers = {
        "content-security-policy": policy(frame_ancestors="*") if is_embed else policy(),
        "x-content-type-options": "nosniff",
        # "no-referrer" would make browsers send the origin "null" with beacons, which the rule on origins needs.
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "cross-origin" if is_embed else "same-origin",
        "permissions-policy": permissions,
        "x-permitted-cross-domain-policies": "none",
    }
    if is_https:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
