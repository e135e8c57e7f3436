#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""picture.py: read `tmux capture-pane -e -p` on stdin, write the screen as SVG.

make picture runs the program's demo and keeps the result as src/man/checklist.svg.
"""
import re
import sys
import unicodedata
from html import escape

W, H, SIZE = 9, 20, 15
BASE = ["#1c1c1c", "#d70000", "#5f8700", "#af8700", "#0087ff", "#af005f", "#00afaf", "#d0d0d0",
        "#808080", "#ff5f5f", "#87af5f", "#ffd75f", "#5fafff", "#ff87d7", "#5fd7d7", "#ffffff"]


def colour(n):
    if n < 16:
        return BASE[n]
    if n < 232:
        n -= 16
        return "#%02x%02x%02x" % tuple(0 if v == 0 else 55 + 40 * v for v in (n // 36, n // 6 % 6, n % 6))
    return "#%02x%02x%02x" % ((8 + 10 * (n - 232),) * 3)


def apply(style, codes):
    codes = list(codes)
    while codes:
        c = codes.pop(0)
        if c == 0:
            style.clear()
        elif c in (1, 2, 4, 7):
            style[{1: "bold", 2: "dim", 4: "under", 7: "reverse"}[c]] = True
        elif c == 22:
            style.pop("bold", None), style.pop("dim", None)
        elif c in (24, 27):
            style.pop({24: "under", 27: "reverse"}[c], None)
        elif 30 <= c <= 37 or 90 <= c <= 97:
            style["fg"] = colour(c - 30 if c < 90 else c - 82)
        elif 40 <= c <= 47 or 100 <= c <= 107:
            style["bg"] = colour(c - 40 if c < 100 else c - 92)
        elif c in (38, 48) and len(codes) >= 2:
            kind, n = codes.pop(0), codes.pop(0)
            if kind == 5:
                style["fg" if c == 38 else "bg"] = colour(n)
        elif c in (39, 49):
            style.pop("fg" if c == 39 else "bg", None)


def cells(line):
    """(column, width, character, style) of a line."""
    style, x = {}, 0
    for part in re.split(r"(\x1b\[[0-9;]*m|\x1b\(.|\x0e|\x0f)", line):
        if part.startswith("\x1b["):
            apply(style, (int(c or 0) for c in part[2:-1].split(";")))
        elif part and not part.startswith("\x1b") and part not in "\x0e\x0f":
            for ch in part:
                wide = 2 if unicodedata.east_asian_width(ch) in "WF" else 1
                yield x, wide, ch, dict(style)
                x += wide


def main():
    rows = [list(cells(line)) for line in sys.stdin.read().rstrip("\n").split("\n")]
    width = max((c[-1][0] + c[-1][1] for c in rows if c), default=80)
    width = int(sys.argv[1]) if len(sys.argv) > 1 else width
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="DejaVu Sans Mono,Noto Sans Mono CJK SC,monospace" font-size="%d">'
           % (width * W + 16, len(rows) * H + 16, SIZE),
           '<rect width="100%" height="100%" fill="#1c1c1c" rx="6"/>']
    for y, row in enumerate(rows):
        for x, wide, ch, st in row:
            fg, bg = st.get("fg", "#d0d0d0"), st.get("bg")
            if st.get("reverse"):
                fg, bg = bg or "#1c1c1c", fg
            if bg:
                out.append('<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>' % (8 + x * W, 8 + y * H, wide * W, H, bg))
            if ch != " ":
                out.append('<text x="%d" y="%d" fill="%s"%s%s%s textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>'
                           % (8 + x * W, 8 + y * H + 15, fg, ' font-weight="bold"' if st.get("bold") else "",
                              ' opacity=".6"' if st.get("dim") else "", ' text-decoration="underline"' if st.get("under") else "",
                              wide * W, escape(ch)))
    out.append("</svg>")
    print("\n".join(out))


main()
