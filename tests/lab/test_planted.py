from __future__ import annotations

from scraper.lab.planted import FAMILY, Source, plant_families, plant_pairs

SOURCES = [
    Source(f"s{n}.example", "\n\n".join(f"Line {n} of {i} says word{n * i} and {i * 7} more" for i in range(40)))
    for n in range(3)
]


def test_plants_the_same_pairs_for_the_same_seed() -> None:
    assert list(plant_pairs(SOURCES, 1)) == list(plant_pairs(SOURCES, 1)) != list(plant_pairs(SOURCES, 2))


def test_plants_copies_and_look_alikes_on_one_site_and_on_two() -> None:
    kinds = {(pair.copy, pair.first.site == pair.second.site) for pair in plant_pairs(SOURCES, 1)}
    assert kinds == {(True, True), (True, False), (False, True), (False, False)}
    assert all(pair.first.text != pair.second.text for pair in plant_pairs(SOURCES, 1))


def test_a_text_with_few_numbers_is_no_form() -> None:
    plain = [Source("a.example", "word " * 300)] * 3
    assert not [pair for pair in plant_pairs(plain, 1) if pair.kind.startswith("other numbers")]


def test_scripts_without_spaces_are_changed_by_characters() -> None:
    source = Source("a.example", "市長は新しい橋の計画を発表した。" * 40)
    changed = {pair.kind: pair.second.text for pair in plant_pairs([source] * 3, 1)}
    assert len(changed["5 % of words"]) == len(source.text)
    assert changed["translation"] == source.text[::-1]


def test_a_notice_is_written_as_its_story_is() -> None:
    spaceless = [Source(f"z{n}.example", f"市長は新しい橋の計画を{n}度発表した。" * 40) for n in range(3)]
    mixed = [source for both in zip(SOURCES, spaceless, strict=True) for source in both]
    texts = [pair.first.text for pair in plant_pairs(mixed, 1) if pair.kind.startswith("same long notice")]
    assert len(texts) == 4
    for text in texts:
        story, notice = text.split("\n\n")[0], text.split("\n\n")[-1]
        assert ("市" in story) == ("市" in notice)


def test_families_hold_the_text_and_its_copies() -> None:
    families = list(plant_families(SOURCES, 1))
    assert [family[0] for family in families] == SOURCES
    assert {len({source.site for source in family}) for family in families} == {len(FAMILY) + 1}
