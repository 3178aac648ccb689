"""Contents at the top of long pages: each section by its words, in order, each leading there."""

from lxml import html as parser

from leanfolio.output.sections import FEWEST, sections_of
from pages import every
from test_site import sample_pages

HOME = "index.html"  # four screens of a phone: its sections are few and short


def a_heading(number: int) -> str:
    return f'<h2 class="x" id="s{number}"><bdi>A &amp; {number}</bdi> <small>aside</small></h2>'


def test_a_page_has_contents_from_so_many_sections_on() -> None:
    headings = [a_heading(number) for number in range(FEWEST)]
    assert sections_of("".join(headings[1:])) == ()
    assert sections_of("".join(headings))[0] == ("s0", "A & 0")
    assert sections_of("") == ()


def test_the_contents_of_the_sample_lead_to_every_section_of_their_page() -> None:
    long = 0
    for url, text in sample_pages().items():
        page = parser.document_fromstring(text)
        links = every(page, "//details[contains(@class, 'contents')]//a/@href")
        anchors = every(page, "//main//h2/@id")
        if len(anchors) >= FEWEST and url != HOME:
            long += 1
            assert links == [f"#{anchor}" for anchor in anchors], url
        else:
            assert links == [], url
    assert long > 10
