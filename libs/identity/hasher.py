"""Passwords judged, hashed and compared off the event loop, under a service's peppers.

Nothing here is to be called inside a transaction: it takes tens of milliseconds.
"""

from __future__ import annotations

import dataclasses

from chassis.process import offload
from identity import passwords
from identity.credential_stuffing import watch
from identity.settings import IdentitySettings


@dataclasses.dataclass(frozen=True)
class Hasher:
    """What a service does with passwords."""

    settings: IdentitySettings

    def judge(self, password: str, *, repeat: str, words: tuple[str, ...], field: str = "password") -> None:
        """Raise `PasswordConfirmationMismatch`, or `PasswordRefused` with the reasons; `words` are the person's own."""
        offload.in_thread(passwords.check, password, repeat=repeat, words=words, field=field)

    def hashed(self, password: str) -> str:
        """The hash to store."""
        return offload.in_thread(passwords.hashed, password, pepper=self.settings.pepper)

    def is_outdated(self, stored_hash: str) -> bool:
        """Whether the password should be hashed anew, now that it is known."""
        return passwords.is_outdated(stored_hash, pepper=self.settings.pepper)

    def is_password(self, password: str, stored_hash: str | None) -> bool:
        """Whether it is the one stored; as slow when nothing is stored."""
        settings = self.settings
        if stored_hash is None and not settings.even_milliseconds:
            return False
        is_right = offload.in_thread(
            passwords.matches,
            password,
            stored_hash,
            pepper=settings.pepper,
            older_pepper=settings.older_pepper,
        )
        watch.note(is_right=is_right)
        return is_right
