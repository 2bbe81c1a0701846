"""The sixteen features of streaming/features, written a second time from the specification's table.

Reads one JSON object from standard input, {"max_chars", "documents": [text], "texts": [text]}, and
answers with one JSON array: for each text null, or its features, counts, sample and SHA-1.
"""
import hashlib
import json
import math
import re
import string
import sys
import unicodedata
from collections import Counter

# What ECMAScript's trim() removes; Python's strip() takes another set.
WHITE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
WHITE += "\u2028\u2029\u202f\u205f\u3000\ufeff"
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,63}")


def tokens_of(text):
    return [token.lower() for token in TOKEN.findall(text)]


def weights_of(tokens, df, n):
    counts = Counter(tokens)
    most = max(counts.values(), default=1)
    return {
        token: (0.5 + 0.5 * tf / most) * (math.log((n + 1) / (1 + df.get(token, 0))) + 1)
        for token, tf in counts.items()
    }


def cosine(a, b):
    dot = sum(weight * b.get(token, 0) for token, weight in a.items())
    norms = math.sqrt(sum(w * w for w in a.values())) * math.sqrt(sum(w * w for w in b.values()))
    return dot / norms if norms > 0 else 0


def scores_of(text, documents):
    split = [tokens_of(document) for document in documents]
    df = Counter(token for tokens in split for token in set(tokens))
    n = max(1, len(documents))
    query = weights_of(tokens_of(text), df, n)
    scores = [cosine(query, weights_of(tokens, df, n)) for tokens in split]
    return sorted((score for score in scores if score > 0), reverse=True)[:3]


def category(char):
    return unicodedata.category(char)


def vector_of(text, max_chars, documents):
    text = text.strip(WHITE)
    if text == "":
        return None
    text = text[:max_chars]
    tokens = tokens_of(text)
    n = max(len(tokens), 1)
    c = Counter(tokens)
    among = lambda *words: sum(c[word] for word in words) / n
    letters = [char for char in text if category(char).startswith("L")]
    scores = scores_of(text, documents)
    top = scores[0] if scores else 0
    entropy = 0
    if len(tokens) > 1:
        entropy = -sum(k / n * math.log2(k / n) for k in c.values()) / math.log2(n)
    features = [
        len(text) / max_chars,
        len(text.splitlines()) / 200,
        len(c) / n,
        sum(len(token) for token in tokens) / n / 12 if tokens else 0,
        entropy,
        sum(1 for k in c.values() if k == 1) / n,
        among("error", "failed", "failure", "fatal", "panic"),
        among("warn", "warning"),
        among("exception", "traceback"),
        among("timeout", "timed", "deadline", "timeouterror"),
        sum(1 for char in letters if category(char) == "Lu") / len(letters) if letters else 0,
        sum(1 for char in text if category(char) == "Nd") / len(text),
        sum(1 for char in text if char in string.punctuation) / len(text),
        top,
        sum(scores) / len(scores) if scores else 0,
        max(0, 1 - top),
    ]
    lone = re.compile("[\ud800-\udfff]")
    return {
        "features": [min(max(value, 0), 1) for value in features],
        "chars": len(text),
        "lines": len(text.splitlines()),
        "token_count": len(tokens),
        "unique_tokens": len(c),
        "sample": text[:240],
        "digest": hashlib.sha1(lone.sub("\ufffd", text).encode("utf-8")).hexdigest(),
    }


task = json.load(sys.stdin)
answer = [vector_of(text, task["max_chars"], task["documents"]) for text in task["texts"]]
json.dump(answer, sys.stdout)
