"""What packs and the report both need to be rendered: layouts, Markdown, WeasyPrint, workbooks."""
