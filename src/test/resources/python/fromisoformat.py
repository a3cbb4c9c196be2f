"""Writes fromisoformat.txt: what CPython 3.11's datetime.fromisoformat makes of many texts.

    python3.11 fromisoformat.py > fromisoformat.txt

Lines: microseconds since 1970 in UTC (a time without offset is UTC) or "-" where the text is
refused, a space, and the text as JSON. The texts are every combination of the forms of dates,
separators, times and offsets below, thinned, and random small edits of them.
"""
import itertools
import json
import random
import sys
from datetime import datetime, timedelta, timezone

DATES = [
    "2026-03-02", "20260302", "2024-02-29", "2026-02-29", "20240230", "2026-00-02", "2026-13-02", "2026-03-32",
    "0001-01-01", "0000-01-01", "9999-12-31", "1969-12-31", "2026-W10", "2026W10", "2026-W10-1", "2026W101",
    "2026-W53-7", "2026W537", "2026-W54", "2025-W53-1", "2020-W01-0", "2020W018", "2020-W00-1", "0001-W01-1",
    "9999-W52-7", "9999-W52-4", "2026-3-2", "2026-0302", "202603-02", "2026", "2026-03", "2026-061", "26-03-02",
    "+2026-03-02", "-2026-03-02", "2026/03/02", "2026-03-02-", "2026-w10-1", "2026-W1-1", "2026W10-1",
    "2026-W101",
]
SEPARATORS = ["T", " ", "t", "-", "_", "0", "5", "W", ":", "\u00e9", "\u2003", "\U0001f600", "", "TT", "  ", "\u0000"]
TIMES = [
    "", "18", "1806", "18:06", "180640", "18:06:40", "18:06:40.079842", "18:06:40,079842", "18:06:40.0",
    "18:06:40.07984", "18:06:40.0798429", "18:06:40.079842999999", "180640.5", "180640,123456789", "00:00:00",
    "23:59:59.999999", "24:00", "24:00:00", "18:60", "18:06:60", "1", "18:", "18:0", "18:06:", "18:06:4", "180",
    "18064", "18:0640", "1806:40", "18:06:40.", "18:06:40:07", "18.5", "18:06.5", "1806,25", "18064007",
    "18:06:40.07a", "18:06:40.079842a", "18-06-40", "6:06 PM", "18:06:40 ", " 18:06:40", "\u0661\u0668:06",
    "-1:06", "+8:06",
]
OFFSETS = [
    "", "Z", "z", "+00:00", "-00:00", "+0000", "+00", "+02:00", "-07", "-0730", "+05:30", "+05:30:15",
    "-05:30:15.123456", "+053015", "+05:30:15,5", "+00:00:00.5", "+23:59", "-23:59:59.999999", "+24:00", "-24:00",
    "+05:99", "+05:", "+5", "+05:3", "+", "-", "Z0", "ZZ", " +02:00", "+02:00 ", "+02:00Z", "UTC", " UTC", "+02:00+02:00",
    "\u221202:00", "+02.5",
]
ALPHABET = "0123456789-:+.,WTZz t\u00e9\u0661"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def micros(text):
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return "-"
    if time.tzinfo is None:
        time = time.replace(tzinfo=timezone.utc)
    return str((time - EPOCH) // timedelta(microseconds=1))


def edited(text, chance):
    letters = list(text)
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(letters) + 1)
        edit = chance.randrange(3)
        if edit == 0:
            letters.insert(at, chance.choice(ALPHABET))
        elif at < len(letters):
            letters[at : at + 1] = [chance.choice(ALPHABET)] if edit == 1 else []
    return "".join(letters)


def texts(chance):
    date, time, offset = "2026-03-02", "18:06:40.079842", "+02:00"
    yield from DATES
    yield from (d + "T" + time + offset for d in DATES)
    yield from (d + s + "18" for d in DATES for s in SEPARATORS)
    yield from (date + s + t for s in SEPARATORS for t in TIMES[:6])
    yield from (date + "T" + t for t in TIMES)
    yield from (date + "T" + t + o for t in TIMES for o in OFFSETS)
    every = ["".join(parts) for parts in itertools.product(DATES, SEPARATORS, TIMES, OFFSETS)]
    yield from chance.sample(every, 700)
    good = [text for text in chance.sample(every, 20_000) if micros(text) != "-"]
    yield from good[:700]
    yield from (edited(text, chance) for text in chance.choices(good, k=1_200))
    yield from ["", "yesterday", "1772474800", "1772474800.079842", "2026-03-02T18:06:40[UTC]", "null", "NaN"]


print("# CPython %s - written by fromisoformat.py" % sys.version.split()[0])
for text in dict.fromkeys(texts(random.Random(7))):
    print(micros(text), json.dumps(text))
