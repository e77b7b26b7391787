"""What came back: files of any format → responses and problems. Renders nothing, counts nothing."""
