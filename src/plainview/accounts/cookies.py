"""Owns the two cookies: a member's session and a guest's id. Neither can be read by scripts or sent by other sites."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.datastructures import Cookie

GUEST = "plainview_guest"
GUEST_LASTS = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Cookies:
    """Makes cookies as the public address allows: marked Secure, and bound to the host, on https."""

    is_https: bool
    session_days: int

    @property
    def session_name(self) -> str:
        """The name of the session's cookie."""
        return "__Host-plainview" if self.is_https else "plainview"

    def session(self, token: str) -> "Cookie":
        """A cookie with a session's token."""
        return self._cookie(self.session_name, token, self.session_days * 86_400)

    def guest(self, value: str) -> "Cookie":
        """A cookie with a guest's signed id."""
        return self._cookie(GUEST, value, int(GUEST_LASTS.total_seconds()))

    def no_session(self) -> "Cookie":
        """A cookie that ends the session's."""
        return self._cookie(self.session_name, "", 0)

    def no_guest(self) -> "Cookie":
        """A cookie that ends the guest's."""
        return self._cookie(GUEST, "", 0)

    def _cookie(self, name: str, value: str, seconds: int) -> "Cookie":
        # The worker, which has these among its parts, sets no cookie and does without the web framework.
        from litestar.datastructures import Cookie

        return Cookie(
            key=name, value=value, max_age=seconds, path="/", httponly=True, secure=self.is_https, samesite="lax"
        )
