"""Write the sample audience in examples/data/: who is to be told what, and on which devices.

    python tools/make_audience.py

The same bytes come out on every machine and every supported Python; a test compares them with the committed
files. The texts are in audience.toml beside this file.
"""

import csv
import hashlib
import io
import random
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

RECIPIENTS = 2_400
SEED = 20_251_216
ODDITY_EVERY = 20
DIGEST_EVERY = 60
PERCENT_WITHOUT_DEVICE = 8
PERCENT_WITH_TWO = 14

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "examples" / "data"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of audience.csv: a push notification for one user; the two URLs may be empty."""

    project_user_id: str
    title: str
    body: str
    image_url: str
    landing_url: str


@dataclass(frozen=True, slots=True)
class Device:
    """One row of devices.csv; a user has none, one or two."""

    device_id: str
    project_user_id: str
    platform: str
    os_version: str
    locale_language: str
    locale_region: str
    timezone: str
    push_token_type: str
    push_token: str


@dataclass(frozen=True, slots=True)
class Message:
    """A text with places to fill in, of one kind: orders, reminders, offers, social or account."""

    kind: str
    title: str
    body: str
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """What people who read one language are sent."""

    code: str
    region: str
    timezone: str
    names: Sequence[str]
    items: Sequence[str]
    digest: str
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Texts:
    """Everything in audience.toml."""

    languages: Sequence[Language]
    oddities: Sequence[Message]


class Dice:
    """Repeatable chance: `random()` is the only method whose sequence Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random  # noqa: S311 (sample data, no secret)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return int(self._random() * limit)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all as likely."""
        return options[self.below(len(options))]


def read_texts(path: Path = HERE / "audience.toml") -> Texts:
    """Read the texts; KeyError or TypeError when the file lacks something."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return Texts(
        languages=[_language(entry) for entry in document["language"]],
        oddities=[
            Message("oddities", entry["title"], entry["body"], verbatim=entry.get("verbatim", False))
            for entry in document["oddity"]
        ],
    )


def make_audience(texts: Texts, count: int = RECIPIENTS) -> tuple[list[Recipient], list[Device]]:
    """Make `count` recipients and all of their devices."""
    dice = Dice(SEED)
    recipients: list[Recipient] = []
    devices: list[Device] = []
    for number in range(1, count + 1):
        language = dice.pick(texts.languages)
        recipient = _recipient(number, language, texts, dice)
        recipients.append(recipient)
        devices += _devices(recipient.project_user_id, language, dice)
    return recipients, devices


def as_csv(row_type: type[Recipient] | type[Device], rows: Iterable[Recipient | Device]) -> str:
    """The rows below a header, with line ends of one character on every system."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [field.name for field in fields(row_type)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()


def sample_files() -> Mapping[str, bytes]:
    """The name and the whole content of each file."""
    recipients, devices = make_audience(read_texts())
    return {
        "audience.csv": as_csv(Recipient, recipients).encode(),
        "devices.csv": as_csv(Device, devices).encode(),
    }


def main() -> None:
    """Write the files and say how large they are."""
    for name, content in sample_files().items():
        (DATA / name).write_bytes(content)
        print(f"{DATA.name}/{name}: {len(content):,} bytes")


def _language(entry: dict[str, Any]) -> Language:
    messages = [Message(**message) for message in entry.pop("messages")]
    return Language(**entry, messages=messages)


def _recipient(number: int, language: Language, texts: Texts, dice: Dice) -> Recipient:
    message = _message(number, language, texts, dice)
    values = _values(language, dice)
    return Recipient(
        project_user_id=_project_user_id(number, language),
        title=_filled(message.title, message, values),
        body=_filled(message.body, message, values),
        image_url=_image_url(message, dice),
        landing_url=_landing_url(message, values["order"], dice),
    )


def _message(number: int, language: Language, texts: Texts, dice: Dice) -> Message:
    if number % ODDITY_EVERY == 0:
        return texts.oddities[number // ODDITY_EVERY % len(texts.oddities)]
    if number % DIGEST_EVERY == 1:
        return _digest(language, dice)
    return dice.pick(language.messages)


def _digest(language: Language, dice: Dice) -> Message:
    """A long text: two of everything that this language has to say, as a list."""
    lines = [
        f"• {message.title}: {message.body}".format(**_values(language, dice))
        for message in [*language.messages, *language.messages]
    ]
    return Message("digest", language.digest, "\n".join(lines), verbatim=True)


def _values(language: Language, dice: Dice) -> dict[str, str]:
    return {
        "name": dice.pick(language.names),
        "item": dice.pick(language.items),
        "order": f"{language.region}-{10_000 + dice.below(90_000)}",
        "percent": str(5 * (1 + dice.below(12))),
        "count": str(2 + dice.below(8)),
        "time": f"{8 + dice.below(12):02d}:{15 * dice.below(4):02d}",
    }


def _filled(text: str, message: Message, values: Mapping[str, str]) -> str:
    return text if message.verbatim else text.format(**values)


def _project_user_id(number: int, language: Language) -> str:
    """Mostly plain; some as customers really have them, which must be percent-encoded in a path."""
    unusual = {
        7: f"user.{number}@example.com",
        29: f"auth0|{number:06d}",
        53: f"shop/{language.region.lower()}/{number}",
        71: f"회원-{number}",
        89: f"card 100% #{number}?",
    }
    return unusual.get(number % 97, f"user_{number:05d}")


def _image_url(message: Message, dice: Dice) -> str:
    if dice.below(3) == 0:
        return ""
    return f"https://images.example.com/{message.kind}/{1 + dice.below(24)}.png"


def _landing_url(message: Message, order: str, dice: Dice) -> str:
    links = (
        f"exampleshop://{message.kind}/{order}",
        f"https://shop.example.com/{message.kind}?order={order}&from=push",
        f"https://shop.example.com/%EA%B2%80%EC%83%89?q=caf%C3%A9&order={order}#top",
        "",
    )
    return dice.pick(links)


def _devices(project_user_id: str, language: Language, dice: Dice) -> Iterator[Device]:
    chance = dice.below(100)
    if chance < PERCENT_WITHOUT_DEVICE:
        return
    count = 2 if chance < PERCENT_WITHOUT_DEVICE + PERCENT_WITH_TWO else 1
    for number in range(count):
        yield _device(f"{project_user_id} {number}", project_user_id, language, dice)


def _device(key: str, project_user_id: str, language: Language, dice: Dice) -> Device:
    platform, versions = dice.pick([("IOS", ["17.6", "18.1", "26.0"]), ("ANDROID", ["13", "14", "15", "16"])])
    # Apple's tokens are short and hexadecimal, Google's long and of two parts.
    token = _hex_of("token", key)
    return Device(
        device_id=str(uuid.UUID(_hex_of("device", key)[:32], version=4)),
        project_user_id=project_user_id,
        platform=platform,
        os_version=dice.pick(versions),
        locale_language=language.code,
        locale_region=language.region,
        timezone=language.timezone,
        push_token_type="APNS" if platform == "IOS" else "FCM",
        push_token=token if platform == "IOS" else f"{token[:22]}:APA91b{_hex_of('more', key)}",
    )


def _hex_of(purpose: str, key: str) -> str:
    return hashlib.sha256(f"{SEED} {purpose} {key}".encode()).hexdigest()


if __name__ == "__main__":
    main()
