"""The toy stories: as many as said, none in two parts, consistent in what comes back."""

import pytest

from textlstm.corpora import embedded, toy_stories
from textlstm.corpora.toy_stories_en import HEROES


@pytest.mark.parametrize("config", toy_stories.CONFIGS)
def test_parts_have_their_sizes_and_share_no_story(config):
    found = toy_stories.rows(config)
    languages = 2 if config == "all" else 1
    assert {part: len(rows) for part, rows in found.items()} == {
        part: size * languages for part, size in toy_stories.SIZES.items()
    }
    stories = [row["text"] for rows in found.values() for row in rows]
    assert len(set(stories)) == len(stories)
    assert all(story.endswith("\n\n") and story.count("\n") == 4 for story in stories)


def test_what_a_story_is_about_tells_its_part():
    rows = toy_stories.rows("en")
    names = {hero for hero, *_ in HEROES}

    def about(row):
        return next(name for name in names if name.lower() in row["text"].lower()), row["text"]

    assert {about(row)[0] for row in rows["test"]} <= names
    assert toy_stories.part_of(("Mira", "a bell", "the harbour", "a fox")) == toy_stories.part_of(
        ("Mira", "a bell", "the harbour", "a fox")
    )


def test_the_same_stories_are_told_each_time():
    first = toy_stories.rows("zh")["train"][0]["text"]
    toy_stories.stories.cache_clear()
    assert toy_stories.rows("zh")["train"][0]["text"] == first


def test_it_is_read_as_an_embedded_corpus():
    assert embedded.names("generate") == ["toy-stories", "toy-stories/en", "toy-stories/zh"]
    part = embedded.load("toy-stories/zh")["test"]
    examples = list(part)
    assert len(examples) == toy_stories.SIZES["test"]
    assert examples[0].input == examples[0].target == toy_stories.rows("zh")["test"][0]["text"]
    assert examples[0].where == "toy-stories/zh:test:1"
