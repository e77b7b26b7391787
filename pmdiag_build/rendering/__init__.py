"""What packs and report share to render: layouts, Markdown, WeasyPrint, workbooks."""
