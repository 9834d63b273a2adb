"""Pictures of listings: from any file that people send to branded WebP in a few widths."""
