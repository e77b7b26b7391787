"""The site: pages, their search, the page on differences, and the files beside the pages."""
