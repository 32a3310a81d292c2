"""Checking formulas in all the worlds of one notation."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import syntax
from .claims import check_statement, condition_truths
from .comparison import TOLERANCE, Evidence
from .errors import FalseClaim, NotationProblem, ProofreadError
from .evaluator import Budget
from .notation import Notation
from .statements import parse_statements
from .syntax import Chain, Statement
from .worlds import World

GENERIC_WORLDS = 5
EDGE_WORLDS = 2
ATTEMPTS = 400


@dataclass
class Result:
    """What checking one formula showed."""

    statements: list[Statement] = field(default_factory=list)
    relations: int = 0
    comparisons: int = 0
    worlds: int = 0
    worst_error: float = 0.0
    kinds: list[str] = field(default_factory=list)


class Checker:
    """The worlds of a notation, drawn once, and the formulas held against them."""

    def __init__(self, notation: Notation, seed: int = 1) -> None:
        self.notation = notation
        self.seed = seed
        self.budget = Budget()
        self._worlds: list[World] | None = None

    @property
    def worlds(self) -> list[World]:
        """Five generic worlds and two with zeros and ends of ranges, all meeting ``assume``."""
        if self._worlds is None:
            kinds = [False] * GENERIC_WORLDS + [True] * EDGE_WORLDS
            self._worlds = [self._draw(place, edge) for place, edge in enumerate(kinds)]
        return self._worlds

    def _draw(self, place: int, edge: bool) -> World:
        for attempt in range(ATTEMPTS):
            self.budget.refill()
            seed = self.seed + 1000 * place + attempt
            world = World(self.notation, seed, edge, self.budget)
            if self._admits(world):
                return world
            if attempt == ATTEMPTS // 2:
                edge = False
        raise NotationProblem(
            f"no point satisfies the assumptions {'; '.join(self.notation.assumptions)}: "
            f"{ATTEMPTS} draws were tried",
            ("assume",),
        )

    def _admits(self, world: World) -> bool:
        for assumption in self.notation.assumptions:
            for statement in parse_declared_statements(self.notation, assumption):
                try:
                    check_statement(statement, world)
                except FalseClaim:
                    return False
        return True

    def check(self, latex: str, *, refill: bool = True) -> Result:
        """Check a formula in every world.

        With ``refill`` false, it goes on spending the budget of the check before.

        Raises
        ------
        ProofreadError
            It is malformed, cannot be evaluated, or is false in some world.
        """
        _ = self.worlds
        if refill:
            self.budget.refill()
        result = Result(parse_statements(latex, self.notation), worlds=len(self.worlds))
        result.relations = sum(_relations(one) for one in result.statements)
        result.kinds = sorted({kind for one in result.statements for kind in kinds_of(one)})
        evidence = Evidence()
        for statement in result.statements:
            self._check_everywhere(statement, evidence)
        result.comparisons, result.worst_error = evidence.comparisons, evidence.worst_error
        if result.worst_error > TOLERANCE and "statistical" not in result.kinds:
            # Only a sample is allowed so much: the formula names a quantity with a random part.
            result.kinds = sorted([*result.kinds, "statistical"])
        return result

    def _check_everywhere(self, statement: Statement, evidence: Evidence) -> None:
        vacuous = True
        for world in self.worlds:
            outcome = check_statement(statement, world)
            evidence.count(outcome.evidence.comparisons, outcome.evidence.worst_error)
            vacuous = vacuous and outcome.vacuous
        if vacuous:
            raise FalseClaim(
                "the condition holds at no point of the worlds, so nothing is claimed: "
                "state it under assume instead",
                statement.claim.span,
            )

    def passes(self, statements: list[Statement], known: list[Statement]) -> bool:
        """Whether statements hold, of which those that are also ``known`` have been checked."""
        self.budget.refill()
        try:
            for statement in statements:
                if statement not in known:
                    self._check_everywhere(statement, Evidence())
        except ProofreadError:
            return False
        return True

    def check_condition(self, latex: str) -> Result:
        """Check that a condition, ``if $z > 0$``, can hold somewhere."""
        worlds = self.worlds
        self.budget.refill()
        result = Result(parse_statements(latex, self.notation))
        seen: set[bool] = set()
        for statement in result.statements:
            for world in worlds:
                seen |= condition_truths(statement, world)
        if True not in seen:
            raise FalseClaim("the condition holds at no point of the worlds", None)
        result.kinds, result.worlds = ["condition"], len(self.worlds)
        result.relations = sum(_relations(one) for one in result.statements)
        result.comparisons = result.relations * result.worlds
        return result


def parse_declared_statements(notation: Notation, latex: str) -> list[Statement]:
    """Parse an assumption of the table."""
    try:
        return parse_statements(latex, notation)
    except ProofreadError as problem:
        message = f"assume: in {latex!r}: {problem.message}"
        raise NotationProblem(message, ("assume",)) from problem


def _relations(statement: Statement) -> int:
    return len(statement.claim.links) if isinstance(statement.claim, Chain) else 0


def kinds_of(statement: Statement) -> set[str]:
    """What sorts of claim a statement makes."""
    if not isinstance(statement.claim, Chain):
        return {"expression"}
    names = {
        "=": "identity", r"\leftarrow": "update", r"\approx": "approximation",
        r"\in": "membership",
    }  # fmt: skip
    kinds = {names.get(relation, "inequality") for relation, _ in statement.claim.links}
    nodes = list(syntax.walk(statement.claim))
    if any(isinstance(node, syntax.Order) for node in nodes):
        kinds = (kinds - {"identity", "approximation"}) | {"order"}
    if any(isinstance(node, syntax.Moment) for node in nodes):
        kinds.add("statistical")
    if statement.premises:
        kinds.add("implication")
    return kinds
