"""What figures cost, kept: keys, dependencies, and a store by content."""
