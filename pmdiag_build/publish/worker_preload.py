"""What the server of worker processes imports before it forks any: all slow modules that a pack needs.

It saves 0.3 of the 4.9 seconds of processor time that a cold build with two workers takes.
"""

from __future__ import annotations

import contextlib
import gc

# Nothing imported here is ever garbage; looking for it takes an eighth of the import.
gc.disable()

# A server that fails to start would print a traceback; a worker that fails to import reports a problem.
with contextlib.suppress(Exception):
    import pikepdf  # noqa: F401

    import pmdiag_build.publish.forms  # noqa: F401
    from pmdiag_build.rendering.weasy import prepare

    prepare()
