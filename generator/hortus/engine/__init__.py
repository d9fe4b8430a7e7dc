"""A vault in, a site out: the steps in order, and whether anything changed."""
