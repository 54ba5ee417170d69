from __future__ import annotations

from dataclasses import dataclass

from clix.emulator._state.history import History


@dataclass
class Note:
    text: str

    @property
    def size(self) -> int:
        return len(self.text)


def notes(count: int, *, limit: int = 3) -> History[Note]:
    history: History[Note] = History(limit)
    for number in range(1, count + 1):
        history.append(Note(str(number)))
    return history


def numbers(items: object) -> list[tuple[int, str]]:
    return [(number, note.text) for number, note in items]  # type: ignore[attr-defined]


def test_only_the_newest_records_are_kept() -> None:
    history = notes(5)
    assert ([note.text for note in history], len(history), history.total) == (["3", "4", "5"], 3, 5)


def test_records_keep_their_numbers() -> None:
    assert numbers(notes(5).newest_first()) == [(5, "5"), (4, "4"), (3, "3")]


def test_a_list_goes_on_before_a_number() -> None:
    assert numbers(notes(5).newest_first(before=5)) == [(4, "4"), (3, "3")]
    assert numbers(notes(5).newest_first(before=3)) == []
    assert numbers(notes(5).newest_first(before=9)) == [(5, "5"), (4, "4"), (3, "3")]


def test_what_came_since_a_number_is_told_oldest_first() -> None:
    assert numbers(notes(5).since(4, limit=10)) == [(5, "5")]
    assert numbers(notes(5).since(0, limit=10)) == [(3, "3"), (4, "4"), (5, "5")]
    assert numbers(notes(5).since(0, limit=2)) == [(4, "4"), (5, "5")]
    assert numbers(notes(5).since(5, limit=2)) == []


def test_numbers_go_on_after_clearing() -> None:
    history = notes(5)
    history.clear()
    history.append(Note("6"))
    assert numbers(history.newest_first()) == [(6, "6")]


def test_long_texts_push_older_records_out() -> None:
    history: History[Note] = History(100, max_size=10)
    history.extend([Note("a" * 6), Note("b" * 3), Note("c" * 3)])
    assert [note.text for note in history] == ["bbb", "ccc"]
