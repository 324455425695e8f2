"""The header of a picture file, and the error for an unusable file."""

from __future__ import annotations

from dataclasses import dataclass, field

METADATA = 1_000_000  # the most decompressed bytes of text, profiles and EXIF in a PNG or WebP; a colour profile has some kilobytes
PARTS = 10_000  # the most chunks of a file; 25 MB in the usual chunks of 8 kB are about three thousand

AGAIN = "Copy or download the whole file again."
ANEW = "Open it in an image editor and save it again, as a PNG or JPEG."
ANOTHER = "Choose a picture file."
SMALLER = "Shrink the picture and try again."


class HeaderError(ValueError):
    """Raised for bytes that are not a usable picture file. The message continues "This file ..."; `advice` says what to do."""

    def __init__(self, problem: str, advice: str = ANEW):
        super().__init__(problem)
        self.advice = advice


@dataclass(frozen=True)
class Passes:
    """The scans of a JPEG.

    Attributes:
        unsent: some bits of some coefficients are in no scan.
        refining: the last scan adds bits to coefficients of earlier scans.
        before, last: the bytes of all scans before the last one, and of the last one.
    """

    unsent: bool
    refining: bool
    before: int
    last: int

    def lost(self, absent: float) -> float:
        """The missing share of the scans' bytes, if the share `absent` of the rows is missing from the last scan."""
        complete = self.before + self.last / max(1 - absent, 1e-6)
        return 1 - (self.before + self.last) / complete


@dataclass(frozen=True)
class Header:
    """The header of a file, and the part of the file with its first picture.

    Attributes:
        format: the format's name in Pillow.
        width, height: in pixels, before any rotation; of the largest picture in a HEIF or AVIF file, which may have several.
        picture: the file reduced to its first picture; `repr` leaves it out.
        ended: whether the file has its end mark.
        passes: the scans of a JPEG with several scans; None for a JPEG of a single scan, and for the other formats.
        code: the colour space by numbers (ITU-T H.273): primaries and transfer function; None if the file names none.
    """

    format: str
    width: int
    height: int
    picture: bytes = field(repr=False)
    ended: bool = True
    passes: Passes | None = None
    code: tuple[int, int] | None = None


def check_metadata(name: str, part: str, found: int) -> None:
    """Raise a HeaderError if the texts and profiles in a file of the format `name` have more than METADATA bytes, `found`. `part` is the
    name of the last one, for the message."""
    if found > METADATA:
        raise HeaderError(f"is a {name} whose {part} and other texts and profiles have more than {METADATA / 1e6:.0f} MB")
