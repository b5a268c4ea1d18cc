"""Files that are no statement for these readers, told apart so that the message can say what to do.

Binary formats by their first bytes (the published signatures), text formats by the marks that only they have.
"""

from __future__ import annotations

import re

from integrations.feeds.contract import StatementRefused
from integrations.feeds.problems import ProblemCode, refused

_HEAD = 8_192
_PDF_HEAD = 1_024  # readers of PDF accept the mark anywhere in there
_ODD_SHARE = 20
_ISO_PAYMENT = re.compile(r"tech:xsd:((?:pain|pacs)\.[0-9]{3})")
_CPA_005 = re.compile(r"A[0-9]{9}[^\n]{1454}(?:\n|$)")
_PDF = re.compile(rb"%PDF-[0-9]\.[0-9]")
_HTML = re.compile(r"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"

_ADVICE = "Download the statement from the bank as OFX, QFX or CSV."


def refused_bytes(data: bytes) -> StatementRefused | None:
    """The refusal of a file whose bytes cannot be text, or None."""
    if not data.strip(b" \t\r\n\x0b\x0c\xef\xbb\xbf\x1a"):
        return refused(ProblemCode.EMPTY_FILE, f"The file is empty. {_ADVICE}")
    if _PDF.search(data[:_PDF_HEAD]):
        return refused(ProblemCode.PDF_FILE, f"The file is a PDF, which is made to be printed. {_ADVICE}")
    image = _image_name(data)
    if image:
        return refused(ProblemCode.IMAGE_FILE, f"The file is a picture ({image}). {_ADVICE}")
    return _refused_package(data)


def refused_text(text: str) -> StatementRefused | None:
    """The refusal of a text that is known and has no reader, or None."""
    head = text[:_HEAD]
    if not head.strip() and not text.strip():
        return refused(ProblemCode.EMPTY_FILE, f"The file is empty. {_ADVICE}")
    markup = head.lstrip().startswith("<") and "<ofx" not in head.lower()
    if markup and _HTML.search(head):
        return refused(
            ProblemCode.HTML_PAGE,
            f"The file is a web page, perhaps the bank's sign-in page instead of the download. {_ADVICE}",
        )
    name = _format_without_reader(head, markup)
    if name:
        message = f"The file is {name}, which is not read yet. {_ADVICE}"
        return refused(ProblemCode.FORMAT_NOT_READ_YET, message)
    return None


def unknown_layout(text: str, known: list[str]) -> StatementRefused:
    """The refusal of everything else: text in no known layout, or bytes that only pretend to be text."""
    sample = text[:_HEAD]
    odd = sum((ch < " " and ch not in "\t\n") or ch == "\ufffd" for ch in sample)
    if odd * _ODD_SHARE > len(sample):
        return refused(ProblemCode.BINARY_FILE, f"The file is not text that could be a statement. {_ADVICE}")
    return refused(
        ProblemCode.UNKNOWN_LAYOUT,
        f"The file is text, but in no layout that is known. Known are: {'; '.join(known)}.",
    )


def _format_without_reader(head: str, markup: bool) -> str:
    payment = _ISO_PAYMENT.search(head) if markup else None
    if payment:
        return f"a {payment[1]} payment message (ISO 20022), not a statement"
    if _CPA_005.match(head):
        return "a CPA-005 payment file (AFT/EFT), not a statement"
    return ""


def _refused_package(data: bytes) -> StatementRefused | None:
    """The refusal of an old workbook or an archive, or None; XLSX, a ZIP archive too, has its own reader."""
    zipped = data.startswith(_ZIP)
    if data.startswith(_OLD_EXCEL):
        return refused(
            ProblemCode.SPREADSHEET_FILE,
            "The file is an old Excel workbook (.xls) or a protected one; only plain .xlsx is read. " + _ADVICE,
        )
    if zipped or data.startswith(_ARCHIVES):
        return refused(
            ProblemCode.ARCHIVE_FILE, "The file is a compressed archive. Unpack it and import what is in it."
        )
    return None


def _image_name(data: bytes) -> str:
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif"):
        return "HEIC"
    return next((name for start, name in _IMAGES if data.startswith(start)), "")
