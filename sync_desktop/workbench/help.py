"""What the Help page asks for; it needs no workspace."""


def help_topics() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return Help's topics: id, title, paragraphs (with `**bold**`)."""
    from sync_desktop.diagnosis.help import topics  # late: the rule packs' reader is loaded by those who need it

    return tuple((topic.id, topic.title, topic.paragraphs) for topic in topics())
