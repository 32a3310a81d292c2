"""What a notation table or a page's front matter may declare, read from plain data.

Reading is strict: an unknown field, a missing shape or a value of the wrong kind is an error
that names the entry. Expressions stay LaTeX strings here; the notation parses them when needed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import NotationProblem, within
from .patterns import Pattern, parse_pattern

KINDS = ("scalar", "vector", "row", "matrix", "tensor", "dimension")
DOMAINS = (
    "real", "positive", "nonnegative", "negative", "nonzero", "unit interval", "sign", "binary",
    "integer", "probability", "one-hot", "unit vector", "symmetric", "positive definite",
    "orthogonal", "identity", "small",
)  # fmt: skip
DISTRIBUTIONS = {
    "normal": "mean and variance",
    "uniform": "low and high",
    "bernoulli": "probability",
    "exponential": "mean",
}
"""What each takes; "and" joins two."""
_LATEX = re.compile(r"[\\^_=]")


@dataclass(frozen=True)
class Draw:
    """A root quantity, drawn at random in each world."""

    domain: str = "real"
    low: str = ""
    high: str = ""
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Formula:
    """A quantity given by an expression; with ``entries``, one entry at a time."""

    latex: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class External:
    """A quantity or function computed by ``module:function``."""

    target: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class DerivativeOf:
    """A quantity that is the numerical derivative of one quantity by another."""

    of: str
    by: str


@dataclass(frozen=True)
class Descent:
    """A quantity after one step of gradient descent on ``loss``."""

    loss: str
    rate: str


@dataclass(frozen=True)
class Alias:
    """Another way to write a quantity, as ``a_{ij}`` for the entries of ``A``."""

    target: str


@dataclass(frozen=True)
class RandomDraw:
    """A random variable, for expectations and variances."""

    distribution: str
    arguments: tuple[str, ...]


Rule = Draw | Formula | External | DerivativeOf | Descent | Alias | RandomDraw


@dataclass(frozen=True)
class IndexRange:
    """An index with its bounds, as LaTeX expressions."""

    name: str
    low: str
    high: str
    words: str = ""


@dataclass(frozen=True)
class Quantity:
    """A declared quantity, or family of them."""

    key: str
    pattern: Pattern
    kind: str
    shape: tuple[str, ...]
    rule: Rule
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    start: Mapping[int, str] = field(default_factory=dict)
    after: Rule | None = None
    words: str = ""
    code: str = ""
    local: bool = False


@dataclass(frozen=True)
class Function:
    """A declared function."""

    key: str
    pattern: Pattern
    rule: Formula | External
    elementwise: bool = False
    words: str = ""
    code: str = ""
    local: bool = False


def read_index(name: str, raw: Any) -> IndexRange:
    """``i: [1, n]`` or ``i: {from: 1, to: n, words: …}``."""
    words = ""
    if isinstance(raw, Mapping):
        _known_fields(f"index {name}", raw, ("from", "to", "words"))
        words = str(raw.get("words", ""))
        raw = [raw.get("from"), raw.get("to")]
    low, high = _pair(f"index {name}", raw, "its first and last value, e.g. [1, n]")
    return IndexRange(name, low, high, words)


_QUANTITY_FIELDS = (
    "kind", "shape", "domain", "range", "values", "value", "entry", "python", "arguments",
    "derivative", "entries of", "random", "ranges", "start", "after", "words", "code",
)  # fmt: skip


def read_quantity(key: str, raw: Any, indices: Collection[str], local: bool) -> Quantity:
    """One entry under ``symbols``.

    Raises
    ------
    NotationProblem
        The entry is malformed; the message names it.
    """
    where = f"symbol {key}"
    if isinstance(raw, str):
        if _LATEX.search(raw):
            raise NotationProblem(
                f"{where} is {raw!r}: a text alone is its meaning in words, and this looks like a "
                f"formula: write {{value: '{raw}'}}"
            )
        raw = {"words": raw}
    elif isinstance(raw, (int, float)):
        raw = {"value": raw}
    _known_fields(where, raw, _QUANTITY_FIELDS)
    kind = str(raw.get("kind", "scalar"))
    _choice(where, "kind", kind, KINDS)
    with within(*("shape",) * ("shape" in raw)):
        shape = _shape(where, kind, raw.get("shape", ()))
    with within("ranges"):
        ranges = {
            str(name): _pair(where, bounds, "ranges of the form {l: [0, L]}")
            for name, bounds in _mapping(where, "ranges", raw).items()
        }
    with within("start"):
        start = {
            _integer(where, step): str(latex)
            for step, latex in _mapping(where, "start", raw).items()
        }
    after = raw.get("after")
    pattern = parse_pattern(key, indices, function=False)
    return Quantity(
        key, pattern, kind, shape, _rule(where, kind, raw), ranges, start,
        None if after is None else _after(where, after),
        str(raw.get("words", "")), str(raw.get("code", "")), local,
    )  # fmt: skip


def read_function(key: str, raw: Any, indices: Collection[str], local: bool) -> Function:
    """One entry under ``functions``."""
    where = f"function {key}"
    if isinstance(raw, str):
        raw = {"value": raw}
    _known_fields(where, raw, ("value", "python", "arguments", "elementwise", "words", "code"))
    pattern = parse_pattern(key, indices, function=True)
    if not pattern.parameters:
        raise NotationProblem(f"{where} has no arguments: write its key like f(x)")
    if ("value" in raw) == ("python" in raw):
        raise NotationProblem(f"{where} needs exactly one of value and python")
    rule: Formula | External
    if "value" in raw:
        rule = Formula(str(raw["value"]))
    else:
        rule = External(str(raw["python"]), _texts(where, "arguments", raw))
    elementwise = raw.get("elementwise", False)
    if not isinstance(elementwise, bool):
        raise NotationProblem(
            f"{where}: elementwise is {elementwise!r}, expected true or false", ("elementwise",)
        )
    return Function(
        key, pattern, rule, elementwise, str(raw.get("words", "")), str(raw.get("code", "")), local
    )


def _rule(where: str, kind: str, raw: Mapping[str, Any]) -> Rule:
    ways = [
        name
        for name in ("value", "entry", "python", "derivative", "entries of", "random")
        if name in raw
    ]
    if len(ways) > 1:
        raise NotationProblem(
            f"{where} is given in {len(ways)} ways ({', '.join(ways)}): keep one", (ways[1],)
        )
    if not ways:
        return _draw(where, kind, raw)
    for name in ("domain", "range", "values"):
        if name in raw:
            raise NotationProblem(
                f"{where} is given by {ways[0]}, so it has no {name}: remove it", (name,)
            )
    way = ways[0]
    if way == "value":
        return Formula(_latex(raw["value"]))
    if way == "entry":
        entry = _mapping(where, "entry", raw)
        with within("entry"):
            _known_fields(f"{where}, entry", entry, ("indices", "value"))
        return Formula(str(entry.get("value", "")), _texts(where, "indices", entry))
    if way == "python":
        return External(str(raw["python"]), _texts(where, "arguments", raw))
    if way == "derivative":
        with within("derivative"):
            return DerivativeOf(*_fields(f"{where}, derivative", raw["derivative"], ("of", "by")))
    if way == "entries of":
        return Alias(str(raw["entries of"]))
    with within("random"):
        return _random(where, raw["random"])


def _draw(where: str, kind: str, raw: Mapping[str, Any]) -> Draw:
    values = raw.get("values", ())
    if not isinstance(values, (list, tuple)) or not all(
        isinstance(value, (int, float)) for value in values
    ):
        raise NotationProblem(
            f"{where}: values is {values!r}, expected a list of numbers", ("values",)
        )
    default = "integer" if kind == "dimension" else "real"
    domain = str(raw.get("domain", default))
    _choice(where, "domain", domain, DOMAINS)
    low, high = ("2", "7") if kind == "dimension" else ("", "")
    if "range" in raw:
        with within("range"):
            low, high = _pair(where, raw["range"], "a range of the form [low, high]")
    elif domain == "integer" and kind != "dimension" and not values:
        raise NotationProblem(f"{where} is an integer without a range: add range: [low, high]")
    return Draw(domain, low, high, tuple(float(value) for value in values))


@within("after")
def _after(where: str, raw: Any) -> Rule:
    if isinstance(raw, str):
        return Formula(raw)
    if isinstance(raw, Mapping) and "descend" in raw:
        loss, rate = _fields(f"{where}, after", raw, ("descend", "rate"))
        return Descent(loss, rate)
    if isinstance(raw, Mapping) and "python" in raw:
        _known_fields(f"{where}, after", raw, ("python", "arguments"))
        return External(str(raw["python"]), _texts(where, "arguments", raw))
    raise NotationProblem(
        f"{where}: after is {raw!r}, expected an expression, {{descend: loss, rate: …}} or "
        "{python: module:function, arguments: […]}"
    )


def _random(where: str, raw: Any) -> RandomDraw:
    if not isinstance(raw, Mapping) or len(raw) != 1:
        raise NotationProblem(f"{where}: random is {raw!r}, expected e.g. {{normal: [0, 1]}}")
    name, arguments = next(iter(raw.items()))
    _choice(where, "random", str(name), DISTRIBUTIONS)
    if not isinstance(arguments, list):
        arguments = [arguments]
    wanted = DISTRIBUTIONS[str(name)]
    if len(arguments) != len(wanted.split(" and ")):
        raise NotationProblem(f"{where}: {name} has {arguments!r}, expected its {wanted}")
    return RandomDraw(str(name), tuple(_latex(argument) for argument in arguments))


def _shape(where: str, kind: str, raw: Any) -> tuple[str, ...]:
    if isinstance(raw, (str, int)):
        raw = [raw]
    sizes = tuple(str(size) for size in raw)
    wanted = {"scalar": 0, "dimension": 0, "vector": 1, "row": 1, "matrix": 2}.get(kind)
    if wanted is not None and len(sizes) != wanted:
        raise NotationProblem(
            f"{where} is a {kind} with shape [{', '.join(sizes)}], expected {wanted} size(s)"
        )
    if kind == "tensor" and len(sizes) < 3:
        raise NotationProblem(f"{where} is a tensor: its shape needs three or more sizes")
    return {"vector": (*sizes, "1"), "row": ("1", *sizes)}.get(kind, sizes)


def _known_fields(where: str, raw: Any, known: Collection[str]) -> None:
    if not isinstance(raw, Mapping):
        raise NotationProblem(f"{where} is {raw!r}, expected fields: {', '.join(known)}")
    for name in raw:
        if name not in known:
            raise NotationProblem(
                f"{where} has the unknown field {name!r}: known are {', '.join(known)}",
                (str(name),),
            )


def _fields(where: str, raw: Any, names: tuple[str, str]) -> tuple[str, str]:
    _known_fields(where, raw, names)
    for name in names:
        if name not in raw:
            raise NotationProblem(f"{where} lacks {name}")
    return str(raw[names[0]]), str(raw[names[1]])


def _pair(where: str, raw: Any, wanted: str) -> tuple[str, str]:
    if not isinstance(raw, (list, tuple)) or len(raw) != 2:
        raise NotationProblem(f"{where} has {raw!r}, expected {wanted}")
    return _latex(raw[0]), _latex(raw[1])


def _latex(value: object) -> str:
    """An expression as LaTeX; Python writes 1e-05, which is no LaTeX for the number."""
    text = str(value)
    if isinstance(value, float) and "e" in text:
        mantissa, _, exponent = text.partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return text


def _mapping(where: str, name: str, raw: Mapping[str, Any]) -> Mapping[Any, Any]:
    value = raw.get(name, {})
    if not isinstance(value, Mapping):
        raise NotationProblem(f"{where}: {name} is {value!r}, expected a mapping", (name,))
    return value


def _texts(where: str, name: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
    value = raw.get(name, ())
    if not isinstance(value, (list, tuple)):
        raise NotationProblem(f"{where}: {name} is {value!r}, expected a list", (name,))
    return tuple(str(item) for item in value)


def _integer(where: str, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise NotationProblem(f"{where}: {raw!r} is not an integer index")
    return raw


def _choice(where: str, name: str, value: str, choices: Collection[str]) -> None:
    if value not in choices:
        raise NotationProblem(
            f"{where}: {name} is {value!r}, expected one of {', '.join(choices)}", (name,)
        )
