"""What came back: files of any format → responses and problems. Renders nothing, counts nothing."""

from pmdiag_build.returns.response import Kept, Mode, Record, Response
from pmdiag_build.returns.round import Accounts, Conflict, Duplicate, Round, SetAside, read_round

__all__ = [
    "Accounts",
    "Conflict",
    "Duplicate",
    "Kept",
    "Mode",
    "Record",
    "Response",
    "Round",
    "SetAside",
    "read_round",
]
