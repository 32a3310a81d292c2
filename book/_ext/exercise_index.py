"""``{exercise-index}``: every exercise, by chapter, with links to it and to its solution.

The list is made from the exercises themselves, so none can be missing. An exercise without a
solution is a warning at its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Set
from typing import Any, ClassVar, TypedDict, cast

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node

logger = logging.getLogger(__name__)

WORDS = 14  # that the list quotes from the beginning of an exercise


class Exercise(TypedDict):
    """What the list shows of an exercise; the names are ids on its page."""

    label: str
    kind: str
    beginning: str
    solution: str


class exercise_index_node(nodes.General, nodes.Element):
    """Becomes the list, when every page has been read."""


class ExerciseDomain(Domain):
    """The exercises of each page, in their order."""

    name = "exercises"
    label = "exercises"
    data_version = 1
    initial_data: ClassVar[dict[str, Any]] = {"pages": {}, "showing": set(), "listed": ""}

    @property
    def pages(self) -> dict[str, list[Exercise]]:
        """Exercises by document name."""
        return cast("dict[str, list[Exercise]]", self.data["pages"])

    def clear_doc(self, docname: str) -> None:
        """Forget a document that is about to be read again, or is gone."""
        self.pages.pop(docname, None)
        self.data["showing"].discard(docname)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has found in ``docnames``."""
        self.pages.update(
            (name, found) for name, found in otherdata["pages"].items() if name in docnames
        )
        self.data["showing"] |= otherdata["showing"] & set(docnames)

    def in_reading_order(self) -> Iterator[tuple[str, list[Exercise]]]:
        """Pages with exercises, in the order of the table of contents."""
        for docname in self.env.toctree_includes.get(self.env.config.root_doc, ()):
            if self.pages.get(docname):
                yield docname, self.pages[docname]

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note the exercises of a page that has been read."""
        solutions = {
            solution["target_label"]: solution["ids"][0]
            for solution in document.findall(solution_node)
        }
        found = []
        for exercise in document.findall(exercise_enumerable_node):
            label = exercise["label"]
            if label not in solutions:
                logger.warning("exercise %s has no solution", label, location=exercise)
                continue
            kind, beginning = opening(exercise)
            one = Exercise(label=label, kind=kind, beginning=beginning, solution=solutions[label])
            found.append(one)
        self.pages[docname] = found


def opening(exercise: nodes.Element) -> tuple[str, str]:
    """The kind of an exercise, which it names in bold, and its first words.

    >>> task = nodes.paragraph("", "", nodes.strong("", "Code."), nodes.Text(" Halve 8. Then 4."))
    >>> opening(nodes.section("", task))
    ('Code', 'Halve 8.')
    """
    paragraph = next(iter(exercise.findall(nodes.paragraph)), nodes.paragraph())
    kind, text = "", ""
    for child in paragraph.children:
        if isinstance(child, nodes.strong) and not text.strip():
            kind = child.astext().rstrip(".")
        elif isinstance(child, (nodes.math, nodes.image, pending_xref)):
            text += "…"  # without the formula or the link, the rest would say something else
            break
        else:
            text += child.astext()
    sentence = text.split(". ")[0].split()
    whole = len(sentence) <= WORDS
    words = " ".join(sentence[:WORDS]) + ("" if whole else " …")
    return kind, words + "." * (whole and not words.endswith((".", "?", "!", ":", "…")))


class ExerciseIndexDirective(SphinxDirective):
    """Stands where the list shall be."""

    def run(self) -> list[nodes.Node]:
        """Leave a placeholder."""
        self.env.get_domain("exercises").data["showing"].add(self.env.docname)
        return [exercise_index_node()]


class ShowExercises(SphinxPostTransform):
    """Puts the list into the placeholder."""

    default_priority = 20

    def run(self, **kwargs: Any) -> None:
        """Write the list as a heading and an enumeration for each chapter."""
        domain = cast(ExerciseDomain, self.env.get_domain("exercises"))
        for placeholder in list(self.document.findall(exercise_index_node)):
            chapters = list(domain.in_reading_order())
            placeholder.replace_self([self._chapter(*chapter) for chapter in chapters])

    def _chapter(self, docname: str, exercises: list[Exercise]) -> nodes.Element:
        title = self.env.titles[docname].astext()
        heading = nodes.rubric("", "", self._link(docname, "", title))
        return nodes.container("", heading, self._exercises(docname, exercises))

    def _exercises(self, docname: str, exercises: list[Exercise]) -> nodes.Element:
        numbers = self.env.toc_fignumbers[docname]["exercise"]
        listed = nodes.bullet_list()
        for one in exercises:
            number = ".".join(map(str, numbers[one["label"]]))
            text = nodes.paragraph()
            text += self._link(docname, one["label"], f"Exercise {number}")
            kind = f" ({one['kind'].lower()})" if one["kind"] else ""
            text += nodes.Text(f"{kind}: {one['beginning']} ")
            text += self._link(docname, one["solution"], f"Solution {number}")
            listed += nodes.list_item("", text)
        return listed

    def _link(self, docname: str, place: str, text: str) -> nodes.reference:
        builder = self.env._app.builder
        address = builder.get_relative_uri(self.env.docname, docname)
        fragment = f"#{place}" if place else ""
        return nodes.reference("", text, refuri=address + fragment, internal=True)


def changed_lists(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages with the list, if it is not what it was at the last build."""
    domain = cast(ExerciseDomain, env.get_domain("exercises"))
    content = [
        (name, env.titles[name].astext(), env.toc_fignumbers.get(name), found)
        for name, found in domain.in_reading_order()
    ]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    if digest == domain.data["listed"]:
        return []
    domain.data["listed"] = digest
    return sorted(domain.data["showing"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the list."""
    app.setup_extension("sphinx_exercise")
    app.add_domain(ExerciseDomain)
    app.add_node(exercise_index_node)
    app.add_directive("exercise-index", ExerciseIndexDirective)
    app.add_post_transform(ShowExercises)
    app.connect("env-get-updated", changed_lists)  # by then the exercises have their numbers
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
