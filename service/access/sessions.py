"""Visitors of the page who typed a key: a signed cookie that holds the key's id, and no key"""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.access.keys import Key, KeyStore, NotAccepted

COOKIE = "aangemeld"
LASTS_SECONDS = 12 * 3600
_SALT = "aanmelden"


class Sessions:
    """Made by this service and read by it alone; a key that is revoked ends those it began."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def begin(self, key: Key) -> str:
        """The value of the cookie of who proved to hold `key`."""
        return str(self._serializer().dumps(key.key_id))

    def key_of(self, cookie: str) -> Key:
        """The key by which a visitor signed in.

        Raises:
            NotAccepted: the cookie is none of ours or too old, or the key lets nobody in any more.
        """
        try:
            key_id = self._serializer().loads(cookie, max_age=LASTS_SECONDS)
        except BadSignature:
            raise NotAccepted("The visit is over: sign in again") from None
        return self._keys.known(str(key_id))

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._keys.signing_secret(), salt=_SALT)
