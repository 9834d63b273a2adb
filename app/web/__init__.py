"""What browsers are shown: the files of the public area."""
