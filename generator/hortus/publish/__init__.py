"""A site put on a branch, and what was published before."""
