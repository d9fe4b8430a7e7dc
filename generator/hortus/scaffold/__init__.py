"""New notes and new vaults."""
