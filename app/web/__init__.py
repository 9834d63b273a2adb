"""What browsers open themselves: public files."""
