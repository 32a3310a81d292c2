"""Whole builds of small books: what stops them, what they show, what they do again."""


def test_smoke(book):
    book.write("notation.yml", "{}\n")
    book.write(
        "index.md",
        "# T\n\n$$\na = b\n$$ (eq-one)\n\nSee {eq}`eq-one`, {proofread:total}`equations`.\n\n```{proofread:report}\n```\n",
    )
    build = book.build()
    assert build.warnings == []
    print(build.page("index.html")[-3000:])
    again = book.build()
    assert again.read == []
    assert 0
