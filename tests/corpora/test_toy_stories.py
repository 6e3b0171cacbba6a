"""The toy stories: as many as said, none in two parts, consistent in what comes back."""

import random

import pytest

from textlstm.corpora import embedded, toy_stories


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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_story_is_about_is_in_one_part(language):
    parts = toy_stories.stories(language)
    rng = random.Random(f"{toy_stories.SEED} {language}")
    about = {part: set() for part in parts}
    waiting = {story: part for part, found in parts.items() for story in found}
    while waiting:  # told again, each with what it is about
        facts, story = toy_stories._TELLERS[language](rng)
        if story in waiting:
            about[waiting.pop(story)].add(facts)
    assert not about["train"] & about["test"]
    assert not about["train"] & about["valid"]
    assert not about["valid"] & about["test"]
    assert len(about["test"]) > 20


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
