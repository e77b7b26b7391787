"""Files and folders written whole or not at all.

`OutputFolder` is the way in for folders: `with folder.alone(…)`, `folder.examine()`, `folder.replace(…)`.
"""

from pmdiag_build.output.folder import Content, OutputFolder
from pmdiag_build.output.manifest import Manifest, hash_of

__all__ = ["Content", "Manifest", "OutputFolder", "hash_of"]
