"""The directive that shows a room of exhibits, and the role that quotes a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from babel.dates import format_date
from docutils import nodes
from proofread import EquationReport, ProofreadError
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from .exhibits import Exhibit, MuseumError, read_museum
from .figures import figures
from .judging import Verdict, judge

logger = logging.getLogger(__name__)

# How proofread_sphinx is told that a formula is no equation of the book, or already checked.
_WRONG = "proofread_wrong"
_REPORT = "proofread_report"

EXHIBIT = "museum-exhibit"
"""The class of each exhibit's section."""

_judged: dict[tuple[tuple[str, float], ...], dict[str, list[Verdict]]] = {}


def judged(env: BuildEnvironment) -> Mapping[str, Sequence[Verdict]]:
    """The verdicts of all rooms, computed once for each state of their files."""
    folder = Path(env.srcdir) / env.config.museum_folder
    files = sorted(folder.glob("*.yml"))
    for file in (*files, *Path(__file__).parent.glob("*.py")):
        env.note_dependency(str(file))
    state = tuple((str(file), file.stat().st_mtime) for file in files)
    if state not in _judged:
        rooms = read_museum(folder)
        _judged[state] = {name: [judge(one) for one in room] for name, room in rooms.items()}
    return _judged[state]


class FigureRole(SphinxRole):
    """``{museum}`caught``` quotes one of the `figures`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The number as text, or a warning where there is none of that name."""
        try:
            known = figures(judged(self.env))
        except (MuseumError, ProofreadError) as problem:
            known = {}
            logger.warning("museum: %s", problem, location=self.get_location(), type="museum")
        if known and self.text not in known:
            logger.warning(
                "museum: there is no number %r; known are %s",
                self.text,
                ", ".join(known),
                location=self.get_location(),
                type="museum",
            )
        return [nodes.Text(known.get(self.text, self.text))], []


class RoomDirective(SphinxDirective):
    """``{museum-room} signs`` shows the exhibits of the file ``signs.yml``, a section each."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One section for each exhibit; a warning for each verdict that is not as it should be."""
        try:
            rooms = judged(self.env)
        except (MuseumError, ProofreadError) as problem:
            self._warn(str(problem))
            return []
        room = rooms.get(self.arguments[0])
        if room is None:
            self._warn(f"there is no room {self.arguments[0]!r}; known are {', '.join(rooms)}")
            return []
        for verdict in room:
            if verdict.surprise():
                self._warn(f"{verdict.exhibit.id}: {verdict.surprise()}")
        return [self._section(verdict) for verdict in room]

    def _warn(self, message: str) -> None:
        logger.warning("museum: %s", message, location=self.get_location(), type="museum")

    def _section(self, verdict: Verdict) -> nodes.section:
        exhibit = verdict.exhibit
        section = nodes.section(ids=[nodes.make_id(f"exhibit-{exhibit.id}")])
        section["classes"].append(EXHIBIT)
        section += nodes.title(exhibit.title, exhibit.title)
        section += nodes.paragraph("", "", *self._inline(_opening(verdict)))
        section += self._wrong(verdict)
        section += self._verdict(verdict)
        section += self._right(verdict)
        if exhibit.escapes:
            section += nodes.paragraph("", "", *self._inline(exhibit.escapes))
        section += nodes.paragraph("", "", *self._inline(_provenance(verdict)))
        return section

    def _inline(self, text: str) -> list[nodes.Node]:
        return self.parse_inline(" ".join(text.split()), lineno=self.lineno)[0]

    def _wrong(self, verdict: Verdict) -> nodes.container:
        exhibit = verdict.exhibit
        return self._formula(
            _label(exhibit), exhibit.wrong, "plain" if exhibit.escapes else "wrong"
        )

    def _right(self, verdict: Verdict) -> nodes.container:
        exhibit, report = verdict.exhibit, verdict.right
        label, kind = ("After", "plain") if exhibit.escapes else ("Right", "right")
        checked = report if report.status == "checked" else None
        return self._formula(label, exhibit.right, kind, checked)

    def _formula(
        self, label: str, latex: str, kind: str, checked: EquationReport | None = None
    ) -> nodes.container:
        """A labelled formula; without a report it is no equation of the book."""
        block = nodes.math_block(latex, latex, label=None, number=None, nowrap=False)
        block["docname"] = self.env.docname
        self.set_source_info(block)
        if checked is None:
            block[_WRONG] = True
        else:
            # Without the symbols: each exhibit has its own, so the page lists no common meaning.
            block[_REPORT] = replace(checked, symbols=[])
        heading = nodes.paragraph("", "", nodes.strong("", f"{label}:"), classes=["museum-label"])
        return nodes.container("", heading, block, classes=["museum-formula", f"museum-{kind}"])

    def _verdict(self, verdict: Verdict) -> list[nodes.Node]:
        if verdict.wrong.status == "checked":
            return [nodes.paragraph("", "proofread accepts both forms.")]
        if verdict.exhibit.escapes:
            return [nodes.paragraph("", "proofread refuses both forms alike.")]
        text = verdict.printed
        shown: list[nodes.Node] = [
            nodes.paragraph("", "proofread prints:"),
            nodes.literal_block(text, text, language="none", classes=["museum-verdict"]),
        ]
        if verdict.tried_repairs:
            shown.append(nodes.paragraph("", _offer(verdict)))
        return shown


def _opening(verdict: Verdict) -> str:
    exhibit = verdict.exhibit
    return f"*{exhibit.field[0].upper()}{exhibit.field[1:]}.* {exhibit.context}"


def _label(exhibit: Exhibit) -> str:
    if exhibit.escapes:
        return "Before"
    return "Wrong, as reconstructed" if exhibit.reconstructed else "Wrong, as published"


def _offer(verdict: Verdict) -> str:
    """What the repair that proofread offers is worth."""
    if not verdict.offers:
        return "No single change of the kinds that it tries makes the line true here."
    which = "The repair that it offers is" if verdict.offers == 1 else "Among the repairs is"
    if verdict.restored:
        return f"{which} the published correction."
    return "What it offers makes the line true here, but is not the published correction."


def _provenance(verdict: Verdict) -> str:
    """Where it stood, when it was reported, how long it stood."""
    exhibit = verdict.exhibit
    parts = [f"Source: [{exhibit.source}]({exhibit.url})."]
    if exhibit.reconstructed:
        parts.append("Reconstructed from the description given there.")
    if exhibit.stood:
        start, end = (_written(day) for day in exhibit.stood)
        parts.append(f"It stood for {exhibit.days:,} days, from {start} to {end}.")
    elif exhibit.reported:
        parts.append(f"Reported on {_written(exhibit.reported)}.")
    return " ".join(parts)


def _written(day: date) -> str:
    """``31 March 2019``, whatever the machine's own language."""
    return format_date(day, "d MMMM y", locale="en")
