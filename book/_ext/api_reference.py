"""``{api-reference} PACKAGE``: the docstrings of every public module of a package, by autodoc.

The modules are found, not listed, so that a new one cannot be forgotten. A value among the public
names, such as a loss, is shown with the docstring of its class.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

SECTION = """\
## {name}

```{{eval-rst}}
.. automodule:: {name}
   :members:
   :member-order: bysource
   :exclude-members: {elsewhere}
```
"""


def public_modules(package: ModuleType) -> list[str]:
    """Names of the modules and packages directly in `package` that are meant for its users.

    >>> import json
    >>> public_modules(json)
    ['json.decoder', 'json.encoder', 'json.scanner', 'json.tool']
    """
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return [f"{package.__name__}.{name}" for name in sorted(found) if not name.startswith("_")]


def documented_elsewhere(name: str, modules: list[str]) -> list[str]:
    """Public names of a module that another of the modules defines, and thus documents."""
    module = importlib.import_module(name)
    others = set(modules) - {name}
    return [
        public
        for public in getattr(module, "__all__", [])
        if getattr(getattr(module, public), "__module__", None) in others
    ]


class ApiReferenceDirective(SphinxDirective):
    """One section for each public module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Have the sections read as if they stood on the page."""
        package = importlib.import_module(self.arguments[0])
        modules = public_modules(package)
        sections = "\n".join(
            SECTION.format(name=name, elsewhere=", ".join(documented_elsewhere(name, modules)))
            for name in modules
        )
        parent = nodes.Element()
        parent.document = self.state.document
        self.state.nested_parse(sections.splitlines(), self.content_offset, parent, True)
        # MyST puts the sections where they belong itself.
        return list(parent.children)


def describe_value(
    app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Give a value without a text of its own the docstring of its class, if that is ours too."""
    ours = type(value).__module__.split(".")[0] == name.split(".")[0]
    if what == "data" and ours:
        lines[:] = (inspect.getdoc(type(value)) or "").splitlines()


def leave_out_fields(
    app: Sphinx, what: str, name: str, value: object, skip: bool, options: object
) -> bool | None:
    """Leave out the fields of a named tuple: its docstring lists them, with what they hold."""
    return True if (inspect.getdoc(value) or "").startswith("Alias for field number") else None


def without_signature_of_protocols(
    app: Sphinx, what: str, name: str, value: Any, options: object, signature: str, returned: str
) -> tuple[str, str] | None:
    """Show no signature of a protocol: nobody calls it, and ``*args, **kwargs`` says nothing."""
    return ("", "") if getattr(value, "_is_protocol", False) else None


def write_out_references(
    app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Make plain text of ``[1]_`` and its reference: on one page, the numbers would meet."""
    inside = False
    for number, line in enumerate(lines):
        entry = re.match(r"\.\. (\[\d+\] .*)", line)
        inside = bool(entry) or (inside and bool(line.strip()))
        plain = entry[1] if entry else line.strip() if inside else line
        lines[number] = re.sub(r"(\[\d+\])_", r"\1", plain)
        if not line.lstrip().startswith((">>>", "...")):  # (examples, *input_shape) is no emphasis
            lines[number] = re.sub(r"(?<=[(, ])\*(?=[a-z_]+\b(?!\*))", r"\\*", lines[number])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, with autodoc and the reader of NumPy's style behind it."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.config.autodoc_preserve_defaults = True  # np.float64, not <class 'numpy.float64'>
    # A plain list: entries of their own would repeat the properties, links would guess the class.
    app.config.napoleon_attr_annotations = False
    app.config.napoleon_custom_sections = [("Attributes", "params_style")]
    app.add_directive("api-reference", ApiReferenceDirective)
    app.connect("autodoc-skip-member", leave_out_fields)
    app.connect("autodoc-process-signature", without_signature_of_protocols)
    app.connect("autodoc-process-docstring", describe_value, priority=100)  # before napoleon
    app.connect("autodoc-process-docstring", write_out_references)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
