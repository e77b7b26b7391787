"""The released round → results.xlsx, for an analyst: typed columns, filters, frozen panes, charts, print set-up."""

from pmdiag_build.results.writers.workbook.write import workbook

__all__ = ["workbook"]
