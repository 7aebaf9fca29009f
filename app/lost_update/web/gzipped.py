"""A gzip file whose parts were compressed each by itself, so that what was compressed once serves all who ask for it.

    HEAD   part   part   …   end(crc, size)

gzip ends with a checksum over everything before. So what is kept of a part says how far that had come after it.
"""

import zlib
from collections.abc import Callable
from struct import Struct
from typing import Final, NamedTuple

HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK: Final = b"\x03\x00"
_AFTER: Final = Struct("<2I")
_FASTEST: Final = 1


class Sum(NamedTuple):
    """The checksum and the size of everything up to some point."""

    crc: int = 0
    size: int = 0


def made_part(make: Callable[[], bytes], before: Sum) -> bytes:
    """The next part: first the sum after it, which `split` takes off again, then what is to be sent."""
    data = make()
    deflate = zlib.compressobj(_FASTEST, zlib.DEFLATED, -zlib.MAX_WBITS)
    after = Sum(zlib.crc32(data, before.crc), (before.size + len(data)) & 0xFFFFFFFF)
    return _AFTER.pack(*after) + deflate.compress(data) + deflate.flush(zlib.Z_FULL_FLUSH)


def split(kept: bytes) -> tuple[Sum, bytes]:
    """The sum after a part, and what is to be sent of it."""
    return Sum(*_AFTER.unpack_from(kept)), kept[_AFTER.size :]


def end(total: Sum) -> bytes:
    """What comes after the last part."""
    return _LAST_BLOCK + _AFTER.pack(*total)
