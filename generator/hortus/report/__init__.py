"""What there is to report to the author."""
