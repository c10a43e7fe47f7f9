"""The text of pages: paragraphs, headings, lists, columns, signatures, page ends and sheets."""

from __future__ import annotations

import tracemalloc
from contextlib import closing

from ingest.document import Role
from ingest.layout.page import lay_out
from ingest.layout.spool import Spool
from tests.page_making import FULL, PROSE, column, marked, page, words


def test_a_label_alone_begins_a_field_where_no_gap_does():
    """Groups beside the text that stand close together are fields of their own all the same."""
    beside = column(
        500, 100, "Directie Water", "Postbus 20901", "Ons kenmerk", "2026-104417", "Bijlagen", "2",
        size=7, leading=9,
    )
    (raw,) = lay_out([page(column(80, 100, *PROSE), beside)])
    assert marked(raw, Role.FIELD) == [
        "Directie Water\nPostbus 20901", "Ons kenmerk\n2026-104417", "Bijlagen\n2",
    ]


def test_text_set_wider_than_the_lists_around_it_is_whole():
    """Many tight lines do not make a paragraph of each line of a text with more leading."""
    items = [f"{number}. punt van aandacht" for number in range(1, 13)]
    text = (FULL, FULL, FULL, "en de kosten.")
    (raw,) = lay_out([
        page(column(80, 100, *text, leading=16), column(80, 190, *items, leading=11))
    ])
    assert marked(raw, Role.PARAGRAPH) == ["\n".join(text)]
    assert marked(raw, Role.LIST_ITEM) == items


def test_text_in_double_line_spacing_is_whole():
    """Lines as far apart as those of a draft are those of one paragraph all the same."""
    text = (FULL, FULL, FULL, "en de kosten.")
    (raw,) = lay_out([page(column(80, 100, *text, leading=21), column(80, 200, *text, leading=21))])
    assert marked(raw, Role.PARAGRAPH) == ["\n".join(text)] * 2


def test_a_head_ends_where_two_columns_begin():
    """Text in two columns below labels is no part of the head, without a salutation too."""
    head = column(60, 100, "Onderwerp: advies over schone lucht", "Datum: 14 november 2025")
    left = [f"links regel {at} van de tekst, die doorloopt" for at in range(12)]
    right = [f"rechts regel {at} van de tekst, die doorloopt" for at in range(12)]
    (raw,) = lay_out([page(head, column(60, 150, *left), column(280, 156, *right))])
    assert marked(raw, Role.FIELD) == [
        "Onderwerp: advies over schone lucht", "Datum: 14 november 2025",
    ]
    assert "\n".join(left) in raw.text


def test_a_place_and_a_date_below_an_addressee_are_a_field():
    """The line with the place and date is no more of whom the letter is written to."""
    head = ("Aan de staatssecretaris van Infrastructuur", "Den Haag, 14 november 2025")
    (raw,) = lay_out([page(column(80, 100, *head), column(80, 160, *PROSE))])
    assert marked(raw, Role.FIELD) == list(head)


def test_a_word_parted_at_a_line_end_is_in_one_paragraph():
    """However wide the gap, no paragraph ends within a word."""
    parted = [*column(80, 100, *PROSE), *column(80, 154, "De omge-"), *words(80, 173, "vingswet.")]
    (raw,) = lay_out([page(parted)])
    assert marked(raw, Role.PARAGRAPH)[-1] == "De omge-\nvingswet."


def test_labels_beside_the_address_are_read_apart_where_the_text_is_wide():
    """The text below runs on under the labels, whose values are theirs and not the addressee's."""
    head = column(80, 100, "Aan", "Minister van Infrastructuur")
    beside = column(
        400, 98, "Datum", "9 oktober 2025", "Ons kenmerk", "2026-104417", size=7, leading=7
    )
    (raw,) = lay_out([page(head, beside, column(80, 160, *PROSE))])
    assert marked(raw, Role.FIELD) == [
        "Datum\n9 oktober 2025", "Ons kenmerk\n2026-104417", "Aan\nMinister van Infrastructuur",
    ]


def test_two_columns_are_read_one_after_the_other():
    """The lines of the left column come before those of the right, whole paragraphs."""
    left = [f"links regel {at} van de tekst, die doorloopt" for at in range(12)]
    right = [f"rechts regel {at} van de tekst, die doorloopt" for at in range(12)]
    (raw,) = lay_out([page(column(60, 100, *left), column(280, 100, *right))])
    assert [line for line in raw.text.splitlines() if line] == left + right


def test_list_items_keep_their_sign_and_their_hanging_lines():
    """Each bullet begins an item, and lines that hang below it go on with it."""
    items = column(80, 200, "•", "•", leading=24) + column(
        95, 200, "het eerste punt, dat zo lang is dat het niet op een regel past en daarom op de",
        "volgende doorloopt;", "het tweede punt.",
    )
    (raw,) = lay_out([page(column(80, 100, *PROSE), items)])
    assert [text.split()[1:3] for text in marked(raw, Role.LIST_ITEM)] == [
        ["het", "eerste"], ["het", "tweede"],
    ]


def test_signatures_side_by_side_are_read_one_by_one():
    """Each signatory's office comes with that signatory's name."""
    closing = (
        words(80, 200, "Hoogachtend,")
        + words(80, 230, "De minister van Financiën,")
        + words(320, 230, "De staatssecretaris van Financiën,")
        + words(80, 280, "E. de Groot")
        + words(320, 280, "T. van Dam")
    )
    (raw,) = lay_out([page(column(80, 100, *PROSE), closing)])
    assert marked(raw, Role.PARAGRAPH)[-4:] == [
        "De minister van Financiën,", "E. de Groot",
        "De staatssecretaris van Financiën,", "T. van Dam",
    ]


def test_headings_have_the_level_of_their_type():
    """Larger type is a higher level; bold type of the text's own size a lower one."""
    (raw,) = lay_out([
        page(
            words(80, 80, "Inleiding", size=14, bold=True),
            column(80, 110, *PROSE),
            words(80, 180, "Aanpak", bold=True),
            column(80, 200, *PROSE),
        )
    ])
    found = [mark.value for mark in raw.marks if mark.role is Role.HEADING]
    assert found == ["1", "2"]
    assert marked(raw, Role.HEADING) == ["Inleiding", "Aanpak"]


def test_the_first_heading_of_a_nota_is_no_part_of_its_title():
    """A title that fills its line ends all the same where 'Aanleiding' is set below it in bold."""
    title = "Besluit over de bescherming van de innamepunten voor drinkwater in de Maas"
    head = words(80, 100, title, bold=True) + words(80, 112, "Aanleiding", bold=True)
    (raw,) = lay_out([page(head, column(80, 124, FULL, *PROSE))])
    assert marked(raw, Role.HEADING) == [title, "Aanleiding"]


def test_an_empty_page_is_an_empty_text():
    """A blank page keeps its place among the pages, without text."""
    first, second = lay_out([page(column(80, 100, *PROSE)), page(number=2)])
    assert (second.number, second.text, second.marks) == (2, "", ())
    assert first.text


def test_a_long_document_is_not_kept_in_memory():
    """The words of two hundred pages, laid out, take little more memory than their text does."""
    tracemalloc.start()
    try:
        with closing(Spool()) as pages:
            for number in range(1, 201):
                pages.add(page(column(80, 60, *PROSE * 10), number=number))
            raw = lay_out(pages)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [one.number for one in raw] == list(range(1, 201))
    assert all(one.text.count("informeer ik uw Kamer") == 10 for one in raw)
    assert peak < 25_000_000


def test_a_paragraph_goes_on_over_the_page_end_after_a_full_line():
    """A last line with no room for the next word makes the next page's text its continuation."""
    lines = (
        "Over de uitvoering wordt uw Kamer in het najaar van dit jaar nader geïnformeerd.",
        "Daarbij ga ik in op de kosten, op de planning en op de rol van de gemeenten.",
    )
    full = [*PROSE, FULL]
    first, second = lay_out([page(column(80, 100, *full)), page(column(80, 100, *lines), number=2)])
    assert [mark.goes_on for mark in (*first.marks, *second.marks)] == [False, True]
    short = [*PROSE, "Daarover bericht ik u."]
    _, second = lay_out([page(column(80, 100, *short)), page(column(80, 100, *lines), number=2)])
    assert [mark.goes_on for mark in second.marks] == [False]


def test_a_label_after_a_full_line_begins_a_text_of_its_own():
    """"Vraag 3" at the top of a page does not go on with the answer on the page before."""
    full = [*PROSE, FULL]
    label = words(80, 100, "Vraag 3") + column(80, 112, *PROSE)
    _, second = lay_out([page(column(80, 100, *full)), page(label, number=2)])
    assert not any(mark.goes_on for mark in second.marks)
    assert marked(second, Role.PARAGRAPH)[0] == "Vraag 3"


def test_a_title_cut_by_the_page_end_is_one_heading():
    """A bold title that fills its line goes on with the bold line that opens the next page."""
    title = words(80, 170, "Uitnodiging voor een werkbezoek aan de veiligheidsregio van Midden- en "
                  "West-Gelderland", bold=True)
    rest = words(80, 100, "en het college van Arnhem", bold=True)
    pages = [
        page(column(80, 100, *PROSE), title),
        page(rest, column(80, 130, *PROSE), number=2),
    ]
    _, second = lay_out(pages)
    assert [mark.goes_on for mark in second.marks] == [True, False]
    assert marked(second, Role.HEADING) == ["en het college van Arnhem"]


def test_a_paragraph_goes_on_in_the_next_column():
    """A figure that opens a column goes on with the sentence that the column before left open."""
    left = [f"links regel {at} van de tekst, die doorloopt" for at in range(11)]
    left.append("met besparingen daarbij van wel meer dan €")
    right = ["19 tot 34 miljoen, per kubieke meter grond."]
    right += [f"rechts regel {at} van de tekst, doorloopt" for at in range(11)]
    (raw,) = lay_out([page(column(60, 100, *left), column(280, 100, *right))])
    assert "dan €\n19 tot" in marked(raw, Role.PARAGRAPH)[0]


def test_an_indented_paragraph_after_an_item_is_none_of_it():
    """What is indented less than an item's text, after a sentence's end, is a new paragraph."""
    item = words(80, 200, "4.") + words(105, 200, "twee borden die de gereden snelheid tonen.")
    after = words(95, 212, PROSE[0]) + column(80, 224, *PROSE[1:])
    (raw,) = lay_out([page(column(80, 100, *PROSE), item, after)])
    assert marked(raw, Role.LIST_ITEM) == ["4. twee borden die de gereden snelheid tonen."]
    assert marked(raw, Role.PARAGRAPH)[-1] == "\n".join(PROSE)


def test_a_sign_drawn_against_its_word_begins_an_item():
    """A number in brackets begins an item, and is set apart, though no white follows it."""
    items = words(80, 200, "(1)Wat is daarvan de oorzaak?") + words(80, 212, "(2)Wie betaalt dit?")
    (raw,) = lay_out([page(column(80, 100, *PROSE), items)])
    assert marked(raw, Role.LIST_ITEM) == ["(1) Wat is daarvan de oorzaak?", "(2) Wie betaalt dit?"]
