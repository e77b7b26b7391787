"""LibreOffice as people use it: a workbook is opened, changed and saved, by a macro, since nobody is at the screen."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from html import escape
from pathlib import Path

from tests.programs import program

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "csv": "Text - txt - csv (StarCalc)"}

_LIBRARY = "http://openoffice.org/2000/library"
_XLC = f"""<?xml version="1.0" encoding="UTF-8"?>
<library:libraries xmlns:library="{_LIBRARY}" xmlns:xlink="http://www.w3.org/1999/xlink"><library:library
library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/>
</library:libraries>"""
_XLB = f"""<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="{_LIBRARY}" library:name="Standard" library:readonly="false"
library:passwordprotected="false"><library:element library:name="Edits"/></library:library>"""
_XBA = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edits" script:language="StarBasic">{}
</script:module>"""
_MACRO = """
Sub Run
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "Hidden" : how(0).Value = True
  doc = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, how())
  sheet = doc.Sheets.getByIndex(0)
{edits}
  Dim out(1) As New com.sun.star.beans.PropertyValue
  out(0).Name = "FilterName"
  out(1).Name = "FilterOptions" : out(1).Value = "44,34,76,1"
{saves}
  doc.close(True)
End Sub
"""


def make_profile(profile: Path) -> None:
    """Makes a profile, which a start needs that runs a macro. It can be copied."""
    subprocess.run((*_run(profile), "--terminate_after_init"), check=True, capture_output=True, timeout=120)


def _run(profile: Path) -> tuple[str, ...]:
    return (program("soffice"), "--headless", f"-env:UserInstallation={profile.as_uri()}")


def edited(source: Path, edits: str, saved: Mapping[Path, str], profile: Path) -> None:
    """Opens a workbook, runs StarBasic on its first `sheet`, and saves it. `saved`: file → its kind in FILTERS.

    `profile`: the fixture `libreoffice_profile`, or a folder that `make_profile` filled.
    """
    saves = "\n".join(
        f'  out(0).Value = "{FILTERS[kind]}" : doc.storeToURL("{target.as_uri()}", out())'
        for target, kind in saved.items()
    )
    folder = profile / "user" / "basic" / "Standard"
    folder.mkdir(parents=True, exist_ok=True)
    macro = _MACRO.format(source=source.as_uri(), edits=edits, saves=saves)
    (folder / "Edits.xba").write_text(_XBA.format(escape(macro)), encoding="utf-8")
    (folder / "script.xlb").write_text(_XLB, encoding="utf-8")
    (folder.parent / "script.xlc").write_text(_XLC, encoding="utf-8")
    subprocess.run((*_run(profile), "macro:///Standard.Edits.Run"), check=True, capture_output=True, timeout=120)


SORT = """
  range = sheet.getCellRangeByName("A1:BN6")
  Dim by(0) As New com.sun.star.table.TableSortField
  by(0).Field = 0 : by(0).IsAscending = {ascending}
  Dim sorting(1) As New com.sun.star.beans.PropertyValue
  sorting(0).Name = "SortFields" : sorting(0).Value = by()
  sorting(1).Name = "ContainsHeader" : sorting(1).Value = True
  range.sort(sorting())
"""
