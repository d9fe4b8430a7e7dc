r"""Tables of commands, symbols, environments and colours that MathJax 3 supports and math-core 0.9.0 does not."""

TEXT_SIGNS = dict(
    line.split()
    for line in r"""
        textacutedbl ˝
        textasciiacute ´
        textasciibreve ˘
        textasciicaron ˇ
        textasciidieresis ¨
        textasciimacron ¯
        textasteriskcentered ∗
        textbigcircle ○
        textbrokenbar ¦
        textbullet •
        textcelsius ℃
        textcent ¢
        textcopyleft 🄯
        textcopyright ©
        textcurrency ¤
        textdagger †
        textdaggerdbl ‡
        textdegree °
        textdiv ÷
        textdownarrow ↓
        textellipsis …
        textemdash —
        textendash –
        texteuro €
        textexclamdown ¡
        textfractionsolidus ⁄
        textgravedbl ˵
        textinterrobang ‽
        textlangle ⟨
        textleftarrow ←
        textlnot ¬
        textmho ℧
        textminus −
        textmu µ
        textnumero №
        textohm Ω
        textonehalf ½
        textonequarter ¼
        textonesuperior ¹
        textopenbullet ◦
        textordfeminine ª
        textordmasculine º
        textparagraph ¶
        textperiodcentered ·
        textpertenthousand ‱
        textperthousand ‰
        textpm ±
        textquestiondown ¿
        textquotedblleft “
        textquotedblright ”
        textquoteleft ‘
        textquoteright ’
        textrangle ⟩
        textreferencemark ※
        textregistered ®
        textrightarrow →
        textsection §
        textsterling £
        textsurd √
        textthreequarters ¾
        textthreesuperior ³
        texttildelow ˷
        texttimes ×
        texttrademark ™
        texttwosuperior ²
        textuparrow ↑
        textvisiblespace ␣
        textwon ₩
        textyen ¥
        textunderscore \_
        textdollar \$
        textbackslash \unicode{92}
        textless <
        textgreater >
        textasciitilde \unicode{126}
        textasciicircum \unicode{94}
        textbardbl ‖
        textbar |
        textbraceleft \{
        textbraceright \}
        ohm Ω
        micro µ
        perthousand ‰
        celsius ℃
        degree °
        euro €
    """.strip().splitlines()
)
"""Symbols written by name, in text and in formulas."""

UPRIGHT = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega varepsilon varphi varpi varrho varsigma vartheta "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
STYLES = {
    "bb": r"\mathbb{#1}", "bf": r"\mathbf{#1}", "bfcal": r"\boldsymbol{\mathcal{#1}}",
    "bffrak": r"\boldsymbol{\mathfrak{#1}}", "bfit": r"\boldsymbol{#1}", "bfscr": r"\boldsymbol{\mathscr{#1}}",
    "bfsf": r"\mathbf{#1}", "bfsfit": r"\boldsymbol{#1}", "bfsfup": r"\mathbf{#1}", "bfup": r"\mathbf{#1}",
    "cal": r"\mathcal{#1}", "frak": r"\mathfrak{#1}", "it": r"\mathit{#1}", "normal": "{#1}", "rm": r"\mathrm{#1}",
    "scr": r"\mathscr{#1}", "sf": r"\mathsf{#1}", "sfit": r"\mathsf{#1}", "sfup": r"\mathsf{#1}",
    "tt": r"\mathtt{#1}", "up": r"\mathrm{#1}",
}  # fmt: skip
"""Alphabets, by the rest of the command after ``\\sym`` and ``\\math``."""
SAME = dict(
    pair.split("=")
    for pair in (
        "adots=iddots centerdot=cdot intop=int smallint=int nshortmid=nmid nshortparallel=nparallel shortmid=mid "
        "shortparallel=parallel smallfrown=frown smallsmile=smile smallsetminus=setminus thickapprox=approx "
        "thicksim=sim varpropto=propto dotsb=cdots dotsi=cdots dotsm=cdots dotsc=ldots dotso=ldots centernot=not "
        "textbfup=textbf hbox=text textup=text arrowvert=vert Arrowvert=Vert "
        "bracevert=vert"
    ).split()
)
"""Commands that look the same as other commands, or nearly."""
COMMANDS = (
    {f"up{name}": rf"\mathrm{{\{name}}}" for name in UPRIGHT}
    | {f"Up{name.lower()}": rf"\mathrm{{\{name}}}" for name in UPRIGHT if name[0].isupper()}
    | {f"sym{name}": body for name, body in STYLES.items()}
    | {f"math{name}": body for name, body in STYLES.items() if len(name) > 2 and name not in ("cal", "frak", "scr")}
    | {name: rf"\{other}" for name, other in SAME.items()}
    | {
        "allowbreak": "",
        "centering": "",
        "colon": r"\mathpunct{:}",
        "crampedsubstack": r"\begin{subarray}{c}#1\end{subarray}",
        "hfil": r"\quad",
        "hfill": r"\quad",
        "ketbra": r"\vert #1\rangle\langle #2\vert",
        "Ketbra": r"\left\vert #1\right\rangle\left\langle #2\right\vert",
        "mathbbm": r"\mathbb{#1}",
        "mathds": r"\mathbb{#1}",
        "mathmbox": "{#1}",
        "mathup": r"\mathrm{#1}",
        "mit": "",
        "nonscript": "",
        "ndownarrow": r"\not\downarrow",
        "nuparrow": r"\not\uparrow",
        "oldstyle": "",
        "overunderset": r"\overset{#1}{\underset{#2}{#3}}",
        "par": "",
        "pmb": r"\boldsymbol{#1}",
        "scr": "",
        "slash": "/",
        "smash": "{#1}",
        "splitdfrac": r"\genfrac{}{}{0pt}{0}{#1}{#2}",
        "splitfrac": r"\genfrac{}{}{0pt}{1}{#1}{#2}",
        "stackbin": r"\mathbin{\overset{#1}{#2}}",
        "strut": "",
        "substack": r"\begin{subarray}{c}#1\end{subarray}",
        "vcenter": "{#1}",
        "xmathstrut": "",
    }
)
"""Passed to math-core as macros; a note's own commands override them."""

EXPANDED = {
    "LaTeX": r"\mathrm{L}^{\mkern-7mu\mathrm{A}}\mkern-3mu\mathrm{T\mkern-2.5mu\raisebox{-.2em}{E}\mkern-2muX}",
    "TeX": r"\mathrm{T\mkern-2.5mu\raisebox{-.2em}{E}\mkern-2muX}",
    "varinjlim": r"\mathop{\underrightarrow{\mathrm{lim}}}",
    "varliminf": r"\mathop{\underline{\mathrm{lim}}}",
    "varlimsup": r"\mathop{\overline{\mathrm{lim}}}",
    "varprojlim": r"\mathop{\underleftarrow{\mathrm{lim}}}",
}
"""Expanded in the source, because they apply to the text after them."""

ENVIRONMENTS = {
    "alignedat": "aligned",
    "alignat": "align",
    "alignat*": "align*",
    "eqnarray": "align",
    "eqnarray*": "align*",
    "flalign": "align",
    "flalign*": "align*",
    "lgathered": "gathered",
    "rgathered": "gathered",
    "split": "aligned",
    "xalignat": "align",
    "xalignat*": "align*",
    "xxalignat": "align*",
}
"""Environments, and those that replace them."""
COUNTED = frozenset("alignedat alignat alignat* xalignat xalignat* xxalignat".split())
"""Environments with the number of columns after their name."""

BASIC_COLOURS = frozenset(
    """
    BLACK BLUE BROWN CYAN DARKGRAY GRAY GREEN LIGHTGRAY LIME MAGENTA OLIVE ORANGE PINK PURPLE RED TEAL VIOLET WHITE
    YELLOW DarkGray Darkgray LightGray Lightgray Lime Olive Pink Teal
    """.split()
)
"""Spellings of CSS colour names that math-core supports in lower case only."""

CSS_COLOURS = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque blanchedalmond blueviolet burlywood cadetblue chartreuse
    chocolate coral cornflowerblue cornsilk crimson currentcolor darkblue darkcyan darkgoldenrod darkgrey darkgreen
    darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue
    darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick
    floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod grey greenyellow honeydew hotpink indianred
    indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow limegreen linen maroon mediumaquamarine mediumblue mediumorchid
    mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue
    mintcream mistyrose moccasin navajowhite navy oldlace olivedrab orangered orchid palegoldenrod palegreen
    paleturquoise palevioletred papayawhip peachpuff peru plum powderblue rebeccapurple rosybrown royalblue saddlebrown
    salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue
    tan thistle tomato transparent turquoise wheat whitesmoke yellowgreen
    """.split()
)
"""Names of CSS Color 4 that math-core does not know."""
