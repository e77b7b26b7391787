"""A folder of results, written whole or not at all. Knows nothing of what the files say, and no other room.

`OutputFolder` is the way in: `with folder.alone(…)`, `folder.examine()`, `folder.replace(…)`.
"""

from pmdiag_build.output.folder import Content, OutputFolder
from pmdiag_build.output.manifest import Manifest, hash_of

__all__ = ["Content", "Manifest", "OutputFolder", "hash_of"]
