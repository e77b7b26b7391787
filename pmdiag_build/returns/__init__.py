"""What came back: files of any format → responses and problems."""

from pmdiag_build.returns.find_files import File, FoundFiles, files_in, files_of
from pmdiag_build.returns.read_files import Processes
from pmdiag_build.returns.response import Mode, Record, Response, Uncounted
from pmdiag_build.returns.round import Accounts, Conflict, Duplicate, Round, read_round, round_of

__all__ = [
    "Accounts",
    "Conflict",
    "Duplicate",
    "File",
    "FoundFiles",
    "Mode",
    "Processes",
    "Record",
    "Response",
    "Round",
    "Uncounted",
    "files_in",
    "files_of",
    "read_round",
    "round_of",
]
