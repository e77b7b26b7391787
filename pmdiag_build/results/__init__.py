"""What people read: responses → counts, disclosure, report, workbook."""
