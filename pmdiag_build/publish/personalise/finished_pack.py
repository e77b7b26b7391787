"""One finished pack: as the last build left it, if it is still that, else rendered now. Writes nothing."""

from __future__ import annotations

from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.output import hash_of
from pmdiag_build.output.manifest import read_manifest
from pmdiag_build.publish.build import MADE_BY, pack_jobs
from pmdiag_build.publish.inputs import Inputs
from pmdiag_build.publish.ledger import Ledger
from pmdiag_build.publish.stamp import machine_stamp


def finished_pack(tool: Tool, id: str, inputs: Inputs, built: Path) -> bytes:
    """The PDF of a pack of `tool`. `built` is where a build may have put it; that folder need not be there.

    Raises ContentWrong and EnvironmentFailed as rendering does.
    """
    from pmdiag_build.publish.workers import render_one
    from pmdiag_build.rendering.templates import environment

    (job,) = pack_jobs(tool, (id,), environment(inputs.layouts))
    return _standing(built, id, job.key(machine_stamp(inputs.layouts))) or render_one(job, inputs.layouts).pdf


def _standing(built: Path, id: str, key: str) -> bytes | None:
    """The pack in the folder of a build, if it was made from just these inputs and not changed since."""
    manifest = read_manifest(built)
    if manifest is None or manifest.made_by != MADE_BY:
        return None
    record, path = Ledger.of(manifest).packs.get(id), f"packs/{id}.pdf"
    if record is None or record.key != key:
        return None
    try:
        pdf = (built / path).read_bytes()
    except OSError:
        return None
    return pdf if hash_of(pdf) == manifest.files.get(path) else None
