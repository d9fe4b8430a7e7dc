"""Repair STIX Two Math before subsetting: properties of its tables and glyphs that browsers render badly.

* Combining marks have no width and are left of their origin. As accents in MathML, browsers centre their box
  (MathML Core, 3.4.1.2), so they are left of the letter. They get the width of their outline.
* The assemblies of →, ↔ and ↦ end with a part whose connectors are swapped, and shorter than the table's
  MinConnectorOverlap, so that HarfBuzz and Chromium cannot join it.
* The wide forms of the circumflex, tilde and caron belong to combining marks; MathML writes the spacing ones.
* Bars and vertical arrows grow by assemblies, which WebKit draws only above twice the glyph's height. They get variants
  instead.
* The label of an arrow has its baseline 0.8 em above that of the line, whatever the arrow's height
  (StretchStackTopShiftUp), so it floats. The gaps of the same table are sufficient.
* Browsers reserve the width of the widest variant of a bracket or radical (MathML Core, "preferred inline
  size"), so a root has a gap behind it. The wide variants are narrowed.
"""

from copy import deepcopy

STRETCHED = {"√": 1.06, **dict.fromkeys("()[]{}|‖⌈⌉⌊⌋⟨⟩", 1.25)}
"""Characters that grow with their content, and how much wider than the smallest their variants may be."""
MARKS = "\u0302\u0303\u030c\u20d6\u20d7\u20e1"
"""Combining marks that math-core uses as accents, and those with wide variants for spacing accents."""
SHARED = {"ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c"}
"""Spacing accents, and the mark whose wide variants they get."""
LABEL_SHIFT = 111
GROWN = "|‖∣∥↑↓↕⇑⇓⇕"
HEIGHTS = (1187, 1427, 1667, 1907, 2147, 2387, 2627, 2867, 3103, 3343, 3583, 3823)
"""Heights of the larger variants of brackets, in thousandths of an em."""


def repair(font) -> None:
    """Apply all repairs to *font*, a `TTFont` of STIX Two Math."""
    constants = font["MATH"].table.MathConstants
    constants.StretchStackTopShiftUp.Value = constants.StretchStackBottomShiftDown.Value = LABEL_SHIFT
    _join_assemblies(font)
    _share(font)
    _widen_marks(font)
    _grow(font)
    _narrow(font)


def _constructions(font, upright: bool) -> dict:
    variants = font["MATH"].table.MathVariants
    side = "Vert" if upright else "Horiz"
    return dict(
        zip(
            getattr(variants, f"{side}GlyphCoverage").glyphs, getattr(variants, f"{side}GlyphConstruction"), strict=True
        )
    )


def _join_assemblies(font) -> None:
    """Swap the connectors of an outer part whose inner connector is too short."""
    least = font["MATH"].table.MathVariants.MinConnectorOverlap
    for construction in _constructions(font, upright=False).values():
        parts = construction.GlyphAssembly.PartRecords if construction.GlyphAssembly else []
        if len(parts) < 2:
            continue
        first, last = parts[0], parts[-1]
        if first.EndConnectorLength < least <= first.StartConnectorLength:
            first.StartConnectorLength, first.EndConnectorLength = first.EndConnectorLength, first.StartConnectorLength
        if last.StartConnectorLength < least <= last.EndConnectorLength:
            last.StartConnectorLength, last.EndConnectorLength = last.EndConnectorLength, last.StartConnectorLength


def _share(font) -> None:
    """Give spacing accents the wide variants of their combining marks."""
    names, variants = font.getBestCmap(), font["MATH"].table.MathVariants
    found = _constructions(font, upright=False)
    for accent, mark in SHARED.items():
        construction = deepcopy(found[names[ord(mark)]])
        construction.MathGlyphVariantRecord[0].VariantGlyph = names[ord(accent)]
        found[names[ord(accent)]] = construction
    ordered = sorted(found, key=font.getGlyphID)  # a coverage is in the order of glyphs
    variants.HorizGlyphCoverage.glyphs = ordered
    variants.HorizGlyphConstruction = [found[name] for name in ordered]
    variants.HorizGlyphCount = len(ordered)


def _widen_marks(font) -> None:
    """Move each mark and its wide variants to the right of the origin, and set the width of its outline."""
    names, found = font.getBestCmap(), _constructions(font, upright=False)
    glyphs = {names[ord(mark)] for mark in MARKS}
    for name in sorted(glyphs):
        if name in found:
            glyphs |= {record.VariantGlyph for record in found[name].MathGlyphVariantRecord}
    for name in sorted(glyphs):
        glyph = font["glyf"][name]
        if font["hmtx"][name][0] == 0 and glyph.numberOfContours:
            _shift(glyph, -glyph.xMin)
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (glyph.xMax, glyph.xMin)


def _shift(glyph, distance: int) -> None:
    if not glyph.isComposite():
        glyph.coordinates.translate((distance, 0))
        return
    for component in glyph.components:
        component.x += distance


def _grow(font) -> None:
    """Give each bar and arrow taller variants, with the heights of those of brackets."""
    names, found = font.getBestCmap(), _constructions(font, upright=True)
    for sign in GROWN:
        name = names[ord(sign)]
        records = found[name].MathGlyphVariantRecord
        for number, height in enumerate(HEIGHTS, 1):
            taller = f"{name}.tall{number}"
            font["glyf"][taller] = _lengthened(font, name, height)
            font["hmtx"][taller] = font["hmtx"][name]
            record = deepcopy(records[0])
            record.VariantGlyph, record.AdvanceMeasurement = taller, height
            records.append(record)
        found[name].VariantCount = len(records)
    order = list(dict.fromkeys([*font.getGlyphOrder(), *font["glyf"].glyphs]))
    font.setGlyphOrder(order)
    font["glyf"].setGlyphOrder(order)


def _lengthened(font, name: str, height: int):
    """Return a glyph of *height*: points above its middle are moved up, points below it down."""
    from fontTools.pens.filterPen import DecomposingFilterPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    glyphs, pen = font.getGlyphSet(), TTGlyphPen(None)
    glyphs[name].draw(DecomposingFilterPen(pen, glyphs))
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    middle, more = (glyph.yMax + glyph.yMin) / 2, round((height - glyph.yMax + glyph.yMin) / 2)
    for place, (x, y) in enumerate(glyph.coordinates):
        glyph.coordinates[place] = (x, y + more if y > middle else y - more)
    glyph.recalcBounds(font["glyf"])
    return glyph


def _narrow(font) -> None:
    """Make the taller variants of stretched characters hardly wider than the smallest."""
    names, constructions = font.getBestCmap(), _constructions(font, upright=True)
    for sign, most in STRETCHED.items():
        name = names[ord(sign)]
        forms = {record.VariantGlyph for record in constructions[name].MathGlyphVariantRecord}
        if constructions[name].GlyphAssembly:
            forms |= {part.glyph for part in constructions[name].GlyphAssembly.PartRecords}
        widest = font["hmtx"][name][0] * most
        for form in sorted(forms - {name}):
            width, bearing = font["hmtx"][form]
            if width > widest:
                glyph = font["glyf"][form]
                glyph.coordinates.scale((widest / width, 1))
                glyph.coordinates.toInt()
                glyph.recalcBounds(font["glyf"])
                font["hmtx"][form] = (round(widest), round(bearing * widest / width))
