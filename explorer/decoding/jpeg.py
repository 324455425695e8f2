"""Parses JPEG files (ITU-T T.81): their segments and scans."""

from __future__ import annotations

import re
import struct

from .header import AGAIN, Header, HeaderError, Passes

SCANS = 100  # the most scans of a file; encoders write about ten
SEGMENTS = 1000  # the most segments of a file
PROFILE = 4_000_000  # the most bytes of a colour profile; profiles for print have at most two million
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}  # the markers of frame headers
END = b"\xff\xd9"
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # ends coded data: neither a stuffed FF (FF 00) nor a restart marker


class _Reader:
    """Collects the segments of a file that are kept for the decoder, and which bits of the coefficients its scans have."""

    def __init__(self, data: bytes):
        self.data = data
        self.kept = [data[:2]]
        self.size: tuple[int, int] | None = None
        self.components: bytes = b""
        self.exif = False
        self.profile = 0  # bytes of the colour profile so far
        self.missing_bits: dict[tuple[int, int], int] = {}  # the number of bits not yet in a scan, by component and coefficient
        self.lengths: list[int] = []  # of the scans, in bytes
        self.scans = 0
        self.several = False
        self.refining = False

    def keep(self, marker: int, segment: bytes) -> None:
        """Keep a segment that the picture needs: tables, the frame header, Adobe's and JFIF's segments, one EXIF, the colour profile."""
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
        """Store the size and the components' names from the frame header. A JPEG has only one."""
        if self.size:
            raise HeaderError("is a damaged JPEG: it gives its size twice")
        height, width, count = struct.unpack_from(">HHB", segment, 5)
        if count not in {1, 3, 4}:
            raise HeaderError(f"is a JPEG of {count} colour components")
        self.size, self.components = (width, height), segment[10 : 10 + 3 * count : 3]

    def scan(self, segment: bytes) -> None:
        """Store which bits of which coefficients are in a scan (T.81, B.2.3)."""
        count = segment[4]
        names, (first, last, digits) = segment[5 : 5 + 2 * count : 2], segment[5 + 2 * count : 8 + 2 * count]
        self.missing_bits |= {(name, k): digits & 15 for name in names for k in range(first, min(last, 63) + 1)}
        self.scans, self.refining = self.scans + 1, digits >= 0x10
        self.several |= self.scans > 1 or count < len(self.components)
        if self.scans > SCANS:
            raise HeaderError(f"is a JPEG of more than {SCANS} scans")

    def passes(self) -> Passes | None:
        if not self.several:
            return None
        unsent = len(self.missing_bits) < 64 * len(self.components) or any(self.missing_bits.values())
        return Passes(unsent, self.refining, sum(self.lengths[:-1]), self.lengths[-1])


def read(data: bytes) -> Header:
    """The header of a JPEG. Its `picture` has no comments, no thumbnails and nothing after the end mark; a missing end mark is added.

    Raises:
        HeaderError: if the file is damaged, ends before its first scan, or has too many segments or scans.
    """
    reader, at, ended = _Reader(data), 2, True
    for _ in range(SEGMENTS):
        try:
            at, marker, segment = _segment(data, at)
        except (IndexError, struct.error, HeaderError):
            if not reader.scans:
                raise
            ended = False  # the file ends within the tables between two scans
            break
        at += len(segment)
        if marker == 0xD9:
            break
        if marker != 0xDA:
            reader.keep(marker, segment)
            continue
        if not reader.size:
            raise HeaderError("is a damaged JPEG: it does not give its size")
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
    """The start of the segment at or after the position `at`, its marker, and its bytes; the end mark is only a marker."""
    if data[at] != 0xFF:
        raise HeaderError(f"is a damaged JPEG: a marker is missing at byte {at:,}")
    while data[at + 1] == 0xFF:  # a marker may be preceded by any number of fill bytes (T.81, B.1.1.2)
        at += 1
    marker = data[at + 1]
    if marker == 0xD9:
        return at, marker, data[at : at + 2]
    if marker < 0xC0 or 0xD0 <= marker <= 0xD8:
        raise HeaderError(f"is a damaged JPEG: the marker {marker:02X} is misplaced")
    length = struct.unpack_from(">H", data, at + 2)[0]
    segment = data[at : at + 2 + length]
    if length < 2:
        raise HeaderError(f"is a damaged JPEG: its segment {marker:02X} is cut short")
    if len(segment) < 2 + length:
        raise HeaderError(f"is a truncated JPEG: its segment {marker:02X} is cut short", AGAIN)
    return at, marker, segment


def probe(header: Header) -> bytes:
    """The same JPEG with arbitrary coded data before its end mark.

    If the file is complete, a decoder skips this data; otherwise it decodes the missing pixels from it. So the first row in which the two
    pictures differ is the row at which the file ends. The data has every restart marker, because at the end of a restart interval a decoder
    skips all data without one.
    """
    arbitrary = bytes((73 * i * i + 41 * i + 7) % 255 for i in range(512))
    filler = arbitrary + b"".join(b"\xff%c" % (0xD0 + i % 8) + arbitrary[:96] for i in range(16))
    return header.picture[: -len(END)] + filler + END
