"""The Help page's topics."""

from pathlib import Path

import pytest

from sync_desktop.diagnosis.help import AUTOTASK_OPPORTUNITIES, topics
from sync_desktop.domain.failures import UserError

TOPIC = '[[topic]]\nid = "{}"\ntitle = "Title"\nparagraphs = ["Text."]\n'


def test_help_explains_why_autotask_opportunities_do_not_come_back() -> None:
    topic = next(topic for topic in topics() if topic.id == AUTOTASK_OPPORTUNITIES)
    text = " ".join(topic.paragraphs)
    assert "webhooks" in text
    assert "10,000 calls" in text
    assert "polling does not scale" in text


def test_every_topic_has_plain_text_with_paired_marks() -> None:
    for topic in topics():
        for paragraph in topic.paragraphs:
            assert paragraph.count("**") % 2 == 0, topic.id
            assert paragraph == paragraph.strip()


def test_two_topics_of_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "help.toml"
    file.write_text(TOPIC.format("keys") * 2, encoding="utf-8")
    with pytest.raises(UserError, match=r"help\.toml have two topics of the name keys"):
        topics(file)


@pytest.mark.parametrize("content", ["", "[[topic]]\nid = 1", "not toml", TOPIC.format("keys") + 'extra = "x"'])
def test_a_damaged_help_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "help.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"help\.toml cannot be read"):
        topics(file)
