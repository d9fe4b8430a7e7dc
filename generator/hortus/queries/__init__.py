"""Queries understood and evaluated: Bases, Dataview and Tasks blocks in, rows of plain values out.

1. `tokens`, `grammar`, `bases_grammar`, `dql_grammar` read expressions into one kind of tree (`tree`).
2. `evaluate` turns a tree into a function of a row; `functions` has what can be called.
3. `base_file` and `base_rows`, `dql` and `dql_rows`, `task_block` understand and run whole queries.

Nothing here knows notes or pages: a `World` answers what a query may ask of the vault.
"""
