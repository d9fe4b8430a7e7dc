"""Keep cells of a table row beyond the number of columns, which GitHub's tables drop with their text."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.token import Token

from hortus.parse.syntax.position import lines_of


def table_plugin(md: MarkdownIt) -> None:
    """Make the tables of *md* keep every cell; a row may then be longer than the header."""
    rule = next(rule for rule in md.block.ruler.__rules__ if rule.name == "table")
    standard = rule.fn

    def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        if not _rule_follows(state, start_line, end_line):
            return False
        place = len(state.tokens)
        if not standard(state, start_line, end_line, silent):
            return False
        if not silent:
            _keep_cells(state, place)
        return True

    md.block.ruler.at("table", table, {"alt": rule.alt})


def _rule_follows(state: StateBlock, line: int, end_line: int) -> bool:
    """Return whether the next line may be the delimiter row: the first check of the standard rule."""
    begin = state.bMarks[line + 1] + state.tShift[line + 1] if line + 2 <= end_line else len(state.src)
    return state.src.startswith(("|", "-", ":"), begin)


def _keep_cells(state: StateBlock, place: int) -> None:
    """Append the cells that were dropped to their rows."""
    table = state.tokens[place:]
    columns = sum(token.type == "th_open" for token in table)
    longer = {
        line: cells for line in range(*lines_of(table[0])) if len(cells := _cells(state, line, columns)) > columns
    }
    if not longer:
        return
    del state.tokens[place:]
    row = table[0]
    for token in table:
        if token.type == "tr_open":
            row = token
        elif token.type == "tr_close":
            for content in longer.get(lines_of(row)[0], [])[columns:]:
                state.tokens += _cell(content, row)
        state.tokens.append(token)


def _cells(state: StateBlock, line: int, columns: int) -> list[str]:
    """Return the cells of a row that may have more than *columns*, without the bars at its ends."""
    row = getLine(state, line).strip().removeprefix("|")
    row = row if row.endswith("\\|") else row.removesuffix("|")
    return [cell.strip() for cell in escapedSplit(row)] if row.count("|") >= columns else []


def _cell(content: str, row: Token) -> list[Token]:
    level, lines = row.level + 1, list(lines_of(row))
    return [
        Token("td_open", "td", 1, level=level, map=lines, block=True),
        Token("inline", "", 0, level=level + 1, map=lines, content=content, children=[], block=True),
        Token("td_close", "td", -1, level=level, block=True),
    ]
