"""The most that is read of one file, in one table.

A file with more is set aside by name, and the round goes on. Each limit is far above what people and programs write,
and low enough that no file takes more than 10 seconds or 768 MB. The exception is work that is really done: 100,000
responses in one CSV or JSON file take longer.
"""

from __future__ import annotations

# ---- files

BYTES = 128 << 20
"""Of a file; a bigger one is not read into memory."""

UNPACKED_BYTES = 64 << 20
"""Of one file in a ZIP or e-mail, of one part of a workbook, and of one stream of a PDF, unpacked."""

UNPACKED_TOGETHER = 1 << 30
"""Of all files in a ZIP or e-mail, and in those inside it."""

SHEET_BYTES_TOGETHER = 256 << 20
"""Of all sheets of a workbook, unpacked."""

FILES_IN_ONE = 5000
"""Files in a ZIP, and attachments of an e-mail."""

DIRECTORY_BYTES = 5 << 20
"""Of a ZIP's list of its files."""

NESTED_FILES = 2
"""A ZIP in a ZIP is opened, a third one in it is not; the same for e-mails."""

NESTED_MAILS = 5
"""E-mails attached to one another: a chain that was forwarded. Each may have a ZIP attached."""

MAIL_LINES = 5_000_000
MAIL_COMPARISONS = 100_000_000
"""Of a line with the end of a part: the parser of e-mails looks for the ends of all open parts."""

MAIL_BYTES_COMPARED = 4 << 30
LOGO_BYTES = 50_000
"""Of a picture in the text of an e-mail that can't be a photograph of a form."""

# ---- what one file says

RETURNS = 100_000
"""Rows of all sheets of a file, or entries of a list in JSON."""

LETTERS = 2_000_000
"""Of all answers of one return: thirty times what an A4 pack has room for in its smallest print."""

LETTERS_TOGETHER = 128 << 20
"""Of all answers in a file: a workbook stores a text once and can use it in every cell."""

MESSAGES = 200_000
"""Things to say about a file: two for each row that it may have."""

# ---- tables

ROWS = 1_048_576
"""Lines of a sheet or CSV file, empty ones included; a sheet of Excel has no more."""

COLUMNS = 16_384
"""Of a table; a sheet of Excel has no more."""

SHEETS = 500
"""Of a workbook."""

CELLS = 2_000_000
"""Of a workbook: 30,000 full rows."""

MERGED_RANGES = 2000
MERGED_CELLS = 200_000
"""Cells without an answer of their own because they are merged."""

SPACES = 10_000_000
"""Of an OpenDocument workbook, in which a run of spaces is one tag however long it is."""

FORMAT_LETTERS = 255
"""Of a number format; Excel accepts no longer one."""

TAGS = 8_000_000
"""Of a part in XML: twice as many as cells that are full."""

TOKEN_BYTES = 1 << 20
"""Of one tag or comment in XML."""

# ---- forms

FIELDS = 20_000
"""Of a form, exported or saved; the largest pack has fewer than 400, and a file may hold several."""

NESTED_FIELDS = 32
FILTERS = 4
"""Methods of compression one after the other on one stream of a PDF."""

PDF_STREAM_BYTES = 256 << 20
"""Of a stream of a PDF that is unpacked: a picture of an A3 page has half of that."""

PDF_LOOKED_AT = 64 << 20
"""Bytes of all contents of pages and appearances of fields in a PDF, unpacked; a pack has half a megabyte."""

PDF_FOLLOWED = 16 << 20
"""Bytes of those whose every instruction is followed: some 600,000 instructions, of which a pack has 20,000."""

# ---- JSON

NESTED_VALUES = 20
BRACKETS = 5_000_000
"""Objects and lists of a JSON file."""

VALUES = 100_000
"""Values of one record in JSON, counted by their commas."""

KEYS = 2000
"""Keys of one object in JSON that are not known."""
