"""What an analyst would write instead: `analyst.py SHEET.csv COUNTS.xlsx` counts each statement and draws a chart."""

import sys

import pandas as pd

sheet, target = sys.argv[1:]
answers = pd.read_csv(sheet, dtype=str)
statements = [column for column in answers.columns if column[0].isdigit()]
counts = pd.DataFrame({column: answers[column].value_counts() for column in statements}).T
counts = counts.reindex(columns=["L", "D", "E"]).fillna(0).astype(int)
with pd.ExcelWriter(target, engine="xlsxwriter") as writer:
    counts.to_excel(writer, sheet_name="Counts")
    chart = writer.book.add_chart({"type": "bar", "subtype": "stacked"})
    for place in (1, 2, 3):
        chart.add_series(
            {
                "name": ["Counts", 0, place],
                "categories": ["Counts", 1, 0, len(counts), 0],
                "values": ["Counts", 1, place, len(counts), place],
            }
        )
    writer.sheets["Counts"].insert_chart("F2", chart)
