"""Imported by the server of worker processes before it forks any: whatever a pack needs that is slow to import."""

from __future__ import annotations

import contextlib
import gc

# What is imported stays: looking for garbage meanwhile finds none, and every build waits for it.
gc.disable()

# A server that fails to start would say so in a traceback; a worker that fails to import says it in words.
with contextlib.suppress(Exception):
    import pikepdf  # noqa: F401

    import pmdiag_build.publish.forms
    import pmdiag_build.publish.packs.render  # noqa: F401
    from pmdiag_build.rendering.weasy import prepare

    prepare()
