"""What a picture file says about itself, and the error for a file that says nothing usable."""

from __future__ import annotations

from dataclasses import dataclass, field

METADATA = 1_000_000  # bytes of text, profiles and EXIF in a PNG or WebP, unpacked; a colour profile has some kilobytes
PARTS = 10_000  # chunks of one file; 25 MB in a usual encoder's pieces of 8 kB are three thousand

AGAIN = "Copy or download it again, whole."
ANEW = "Open it in an image editor and save it anew, as a PNG or JPEG."
ANOTHER = "Choose a picture file."
SMALLER = "Shrink the picture and try again."


class HeaderError(ValueError):
    """The bytes are no usable picture file. The message continues "This file ..."; `advice` is what to do about it."""

    def __init__(self, problem: str, advice: str = ANEW):
        super().__init__(problem)
        self.advice = advice


@dataclass(frozen=True)
class Passes:
    """How a JPEG is divided into scans.

    Attributes:
        unsent: some digits of some coefficients are in no scan.
        refining: the last scan adds digits to coefficients that earlier scans have begun.
        before, last: bytes of the scans before the last one, and of the last one.
    """

    unsent: bool
    refining: bool
    before: int
    last: int

    def lost(self, absent: float) -> float:
        """Which share of the scans' bytes a file lacks whose last scan lacks the share `absent` of its rows."""
        whole = self.before + self.last / max(1 - absent, 1e-6)
        return 1 - (self.before + self.last) / whole


@dataclass(frozen=True)
class Header:
    """A file's header.

    Attributes:
        format: the format's name in Pillow.
        width, height: in pixels, before any rotation. Of HEIF and AVIF, which may hold several pictures, the largest picture's.
        picture: the file reduced to its first picture, `repr` leaves it out.
        ended: the file has its end mark.
        passes: of a JPEG with several scans; None for one that comes in a single scan, row by row, and for the other formats.
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
    """Raise a HeaderError if the texts and profiles of a file of format `name` have more than METADATA bytes; `part` is the last one."""
    if found > METADATA:
        raise HeaderError(f"is a {name} whose {part} and other texts and profiles hold more than {METADATA / 1e6:.0f} MB")
