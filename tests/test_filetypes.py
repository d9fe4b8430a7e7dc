"""The table of file types."""

from hortus.core.filetypes import KIND, KINDS, SHARED, UNSIZED


def test_each_suffix_has_one_kind():
    """And the sets of image types are images."""
    suffixes = [suffix for group in KINDS.values() for suffix in group.split()]

    assert len(suffixes) == len(KIND)
    assert {"image"} == {KIND[suffix] for suffix in SHARED | UNSIZED}
