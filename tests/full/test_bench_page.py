"""The benchmark of the page measures what it says, in a browser."""

from __future__ import annotations

import pytest

from eval.bench import page

pytestmark = pytest.mark.full


def test_every_clock_has_a_time_and_its_baseline() -> None:
    """Each baseline is compared with itself, and what builds on another thing takes no less."""
    rows = {str(row["what"]): row for row in page.measure(1)}
    assert all(float(row["median"] or 0) > 0 for row in rows.values())
    baselines = [row["ratio"] for what, row in rows.items() if "(baseline)" in what]
    assert baselines == [1.0] * 4
    whole, first = "Enter to the whole answer", "Enter to the first words of the answer"
    assert float(rows[whole]["median"] or 0) >= float(rows[first]["median"] or 0)
    assert "citation in its letter page image loaded" in rows


def test_what_a_page_weighs_is_the_sum_of_its_parts() -> None:
    """Images of letters' pages apart, the page stays under 150 kB."""
    rows = page.weigh()
    for state in ("empty page", "answer", "citation in its letter"):
        own = [row for row in rows if str(row["what"]).startswith(f"{state}: ")]
        *parts, total = own
        assert total["bytes"] == sum(
            int(part["bytes"] or 0) for part in parts if part["type"] != page.IMAGES
        )
        assert {part["type"] for part in parts} >= {"text/html", "text/css"}
        assert int(total["bytes"] or 0) < 150_000
    assert any(row["type"] == page.IMAGES for row in rows)
