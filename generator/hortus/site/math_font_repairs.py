"""Repairs of STIX Two Math, made before it is cut down: what its tables or glyphs keep browsers from drawing.

* Combining marks have no width and lie left of their origin. Used as accents in MathML, browsers centre their box
  (MathML Core, 3.4.1.2), and so draw them left of the letter. They get the width of their ink.
* The assemblies of →, ↔ and ↦ end in a part whose connectors are exchanged, shorter than the table's own
  MinConnectorOverlap, so that HarfBuzz and Chromium cannot join it.
* The wide forms of the circumflex, tilde and caron belong to combining marks; MathML writes the spacing ones.
* Bars and vertical arrows grow by assemblies, which WebKit draws only above twice the sign's height. They get forms of
  their own.
* The label of an arrow has its baseline 0.8 em above that of the line, whatever the arrow's height
  (StretchStackTopShiftUp), and floats. The gaps of the same table are enough.
* Browsers leave room for the widest form of a bracket or radical whichever they draw (MathML Core, "preferred inline
  size"), so a root has a gap behind it. The wide forms are narrowed.
"""

from copy import deepcopy

STRETCHED = {"√": 1.06, **dict.fromkeys("()[]{}|‖⌈⌉⌊⌋⟨⟩", 1.25)}
"""Signs that grow with what they hold, and how much wider than the smallest the others may be."""
MARKS = "\u0302\u0303\u030c\u20d6\u20d7\u20e1"
"""Combining marks that math-core writes as accents, and those whose wide forms others share."""
SHARED = {"ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c"}
"""Spacing accents, and the mark whose wide forms they take."""
LABEL_SHIFT = 111
GROWN = "|‖∣∥↑↓↕⇑⇓⇕"
HEIGHTS = (1187, 1427, 1667, 1907, 2147, 2387, 2627, 2867, 3103, 3343, 3583, 3823)
"""Of the larger forms of brackets, in thousandths of an em."""


def repair(font) -> None:
    """Change *font*, a `TTFont` of STIX Two Math, as said above."""
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
    """Exchange the connectors of an outer part whose inner one is too short to be joined by."""
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
    """Give spacing accents the wide forms of their combining marks."""
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
    """Move each mark, and its wide forms, to the right of its origin, and give it the width of its ink."""
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
    """Give each bar and arrow taller forms, as high as those of the brackets, and no assembly below them."""
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
    """Return a glyph as high as *height*: what is above its middle is moved up, what is below it down."""
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
    """Make the taller forms of stretched signs hardly wider than their smallest."""
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
