"""Writes title.txt: what str.title() and str.strip() make of every character.

Lines, code points in hex, most without:
  title C T    'C'.title() is T (texts as code points joined by +), where it is not C itself
  small C T    ('a' + 'C').title()[1:] is T, where it is not C itself
  cased A-B    ('C' + 'a').title() leaves the 'a' small
  ignored A-B  a sigma that may be final looks past it
  space A-B    str.strip() takes it away
"""
import sys
import unicodedata


def code(text):
    return "+".join("%x" % ord(c) for c in text)


def ranges(name, having):
    start = None
    for c in range(sys.maxunicode + 2):
        has = c <= sys.maxunicode and having(chr(c))
        if has and start is None:
            start = c
        elif not has and start is not None:
            yield "%s %x-%x" % (name, start, c - 1)
            start = None


def assigned(c):
    return unicodedata.category(c) not in ("Cn", "Cs")


def cased(c):
    return assigned(c) and (c + "a").title().endswith("a")


def ignored(c):
    if cased(c):
        return ("1" + c + "\u03a3").lower().endswith("\u03c3")
    return assigned(c) and ("A" + c + "\u03a3").lower().endswith("\u03c2")


print("# Unicode", unicodedata.unidata_version, "- written by title.py")
for c in filter(assigned, map(chr, range(sys.maxunicode + 1))):
    if c.title() != c:
        print("title %x %s" % (ord(c), code(c.title())))
    if ("a" + c).title()[1:] != c:
        print("small %x %s" % (ord(c), code(("a" + c).title()[1:])))
for line in ranges("cased", cased):
    print(line)
for line in ranges("ignored", ignored):
    print(line)
for line in ranges("space", lambda c: assigned(c) and c.strip() == ""):
    print(line)
