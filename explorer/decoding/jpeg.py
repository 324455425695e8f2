"""JPEG files (ITU-T T.81): their segments and scans."""

from __future__ import annotations

import re
import struct

from .header import AGAIN, Header, HeaderError, Passes

SCANS = 100  # passes over the whole picture; encoders make about ten
SEGMENTS = 1000
PROFILE = 4_000_000  # bytes of a colour profile; those for print have two million at most
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
END = b"\xff\xd9"
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # in coded data neither a stuffed FF nor a restart mark


class _Reader:
    """A walk over a file's segments that collects what a decoder may see."""

    def __init__(self, data: bytes):
        self.data = data
        self.kept = [data[:2]]
        self.size: tuple[int, int] | None = None
        self.components: bytes = b""
        self.exif = False
        self.profile = 0  # bytes so far
        self.digits: dict[tuple[int, int], int] = {}  # that are still to come, by component and coefficient
        self.lengths: list[int] = []  # of the scans, in bytes
        self.scans = 0
        self.several = False
        self.refining = False

    def keep(self, marker: int, segment: bytes) -> None:
        """Keep a segment that belongs to the picture: tables, the frame header, Adobe's and JFIF's marks, one EXIF, the colour profile."""
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0" and not self.exif:
            self.exif = True
        elif marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0" and self.profile + len(segment) <= PROFILE:
            self.profile += len(segment)
        elif marker not in {0xE0, 0xEE} and marker >= 0xE0:
            return
        self.kept.append(segment)
        if marker in FRAMES:
            self.frame(segment)

    def frame(self, segment: bytes) -> None:
        """Note the size and the components' names in a frame header, of which a JPEG has one."""
        if self.size:
            raise HeaderError("is a damaged JPEG: it gives its size twice")
        height, width, count = struct.unpack_from(">HHB", segment, 5)
        if count not in {1, 3, 4}:
            raise HeaderError(f"is a JPEG of {count} colour components")
        self.size, self.components = (width, height), segment[10 : 10 + 3 * count : 3]

    def scan(self, segment: bytes) -> None:
        """Note which coefficients a scan sends (T.81, B.2.3)."""
        count = segment[4]
        names, (first, last, digits) = segment[5 : 5 + 2 * count : 2], segment[5 + 2 * count : 8 + 2 * count]
        self.digits |= {(name, k): digits & 15 for name in names for k in range(first, min(last, 63) + 1)}
        self.scans, self.refining = self.scans + 1, digits >= 0x10
        self.several |= self.scans > 1 or count < len(self.components)
        if self.scans > SCANS:
            raise HeaderError(f"is a JPEG of more than {SCANS} scans")

    def passes(self) -> Passes | None:
        if not self.several:
            return None
        unsent = len(self.digits) < 64 * len(self.components) or any(self.digits.values())
        return Passes(unsent, self.refining, sum(self.lengths[:-1]), self.lengths[-1])


def read(data: bytes) -> Header:
    """The header of a JPEG. Its `picture` has no comments, no thumbnails and nothing after the end mark; a missing end mark is added.

    Raises:
        HeaderError: if it is none, stops before its first scan, or has too many segments or scans.
    """
    reader, at, ended = _Reader(data), 2, True
    for _ in range(SEGMENTS):
        try:
            at, marker, segment = _segment(data, at)
        except (IndexError, struct.error, HeaderError):
            if not reader.scans:
                raise
            ended = False  # cut in the tables between two scans
            break
        at += len(segment)
        if marker == 0xD9:
            break
        if marker != 0xDA:
            reader.keep(marker, segment)
            continue
        if not reader.size:
            raise HeaderError("is a damaged JPEG: it nowhere gives its size")
        reader.scan(segment)
        found = _MARKER.search(data, at)
        coded = data[at : found.start() if found else len(data)]
        reader.kept += [segment, coded if found else coded.rstrip(b"\xff")]
        reader.lengths.append(len(coded))
        at += len(coded)
        if not found:
            ended = False
            break
    else:
        raise HeaderError(f"is a JPEG of more than {SEGMENTS:,} segments")
    if not reader.scans:
        raise HeaderError("is a damaged JPEG: it ends before its first scan", AGAIN)
    return Header("JPEG", *reader.size, b"".join(reader.kept) + END, ended=ended, passes=reader.passes())


def _segment(data: bytes, at: int) -> tuple[int, int, bytes]:
    """Where the segment at or after a byte starts, its marker, and its bytes; the end mark has no more than itself."""
    if data[at] != 0xFF:
        raise HeaderError(f"is a damaged JPEG: a marker is missing at byte {at:,}")
    while data[at + 1] == 0xFF:  # a marker may be preceded by any number of fill bytes (T.81, B.1.1.2)
        at += 1
    marker = data[at + 1]
    if marker == 0xD9:
        return at, marker, data[at : at + 2]
    if marker < 0xC0 or 0xD0 <= marker <= 0xD8:
        raise HeaderError(f"is a damaged JPEG: the marker {marker:02X} stands where it must not")
    length = struct.unpack_from(">H", data, at + 2)[0]
    segment = data[at : at + 2 + length]
    if length < 2:
        raise HeaderError(f"is a damaged JPEG: its segment {marker:02X} is cut short")
    if len(segment) < 2 + length:
        raise HeaderError(f"is a truncated JPEG: its segment {marker:02X} is cut short", AGAIN)
    return at, marker, segment


def probe(header: Header) -> bytes:
    """The same JPEG with arbitrary coded data before its end mark.

    A decoder that has all pixels already skips this data; one that lacks some decodes them from it. So where the two pictures first differ,
    the file ends. The data contain every restart mark, without which a decoder would skip them between two intervals.
    """
    arbitrary = bytes((73 * i * i + 41 * i + 7) % 255 for i in range(512))
    filler = arbitrary + b"".join(b"\xff%c" % (0xD0 + i % 8) + arbitrary[:96] for i in range(16))
    return header.picture[: -len(END)] + filler + END
