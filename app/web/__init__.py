"""What browsers open: the public files, the owner's dashboard, and the pages of staff."""
