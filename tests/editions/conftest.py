"""A national project that a test can edit and issue editions of."""

from __future__ import annotations

import pytest

from tests.editions.national import National
from tests.project import Project


@pytest.fixture
def national(small_project: Project) -> National:
    return National(small_project)
