"""What the page is made of, and the headers that keep it from running anything else."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

import clix.emulator.inbox

STATIC = Path(clix.emulator.inbox.__file__).parent / "static"
SCRIPTS = sorted(STATIC.rglob("*.js"))
STYLES = sorted(STATIC.rglob("*.css"))
PAGE = (STATIC / "index.html").read_text("utf-8")


def policy_of(answer: httpx.Response) -> dict[str, str]:
    directives = answer.headers["content-security-policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


async def test_the_page_may_run_nothing_but_its_own_files(api: httpx.AsyncClient) -> None:
    policy = policy_of(await api.get("/"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"


async def test_the_page_may_not_load_images_from_the_network(api: httpx.AsyncClient) -> None:
    assert policy_of(await api.get("/"))["img-src"] == "'self' data:"


async def test_the_page_may_load_images_from_the_network_once_it_was_asked_to(api: httpx.AsyncClient) -> None:
    policy = policy_of(await api.get("/?images=network"))

    assert policy["img-src"] == "'self' data: https: http:"
    assert policy["script-src"] == "'self'"


async def test_no_address_of_the_page_is_told_to_others(api: httpx.AsyncClient) -> None:
    assert (await api.get("/")).headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", sorted(path for path in STATIC.rglob("*") if path.is_file()), ids=lambda path: path.name
)
async def test_a_file_is_served_as_what_it_is(path: Path, api: httpx.AsyncClient) -> None:
    content = path.read_bytes()  # noqa: ASYNC240 - a few kilobytes
    answer = await api.get(f"/_emulator/inbox/{path.relative_to(STATIC).as_posix()}")

    media_types = {
        ".js": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".html": "text/html",
    }
    assert answer.content == content
    assert answer.headers["content-type"].startswith(media_types[path.suffix])
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_that_has_not_changed_is_not_sent_again(api: httpx.AsyncClient) -> None:
    first = await api.get("/_emulator/inbox/js/app.js")
    second = await api.get("/_emulator/inbox/js/app.js", headers={"If-None-Match": first.headers["etag"]})

    assert (second.status_code, second.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["nothing.js", "../__init__.py", "%2e%2e/__init__.py", "js/", "__init__.py", ""]
)
async def test_nothing_but_the_files_of_the_page_is_served(name: str, api: httpx.AsyncClient) -> None:
    assert (await api.get(f"/_emulator/inbox/{name}")).status_code == 404


async def test_the_icon_that_browsers_ask_for_is_no_request_to_the_api(api: httpx.AsyncClient) -> None:
    icon = await api.get("/favicon.ico")
    log = (await api.get("/_emulator/requests")).json()

    assert icon.headers["content-type"] == "image/svg+xml"
    assert log["requests"] == []


def test_the_page_has_no_script_and_no_style_in_its_text() -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=", PAGE) == []


def test_the_page_loads_nothing_from_elsewhere() -> None:
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"", PAGE)

    assert [address for address in addresses if not address.startswith(("_emulator/", "#"))] == []


def test_every_file_that_the_page_names_exists() -> None:
    names = re.findall(r"\"_emulator/inbox/([^\"#]+)", PAGE)

    assert [name for name in names if not (STATIC / name).is_file()] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_what_a_script_imports_exists(script: Path) -> None:
    imports = re.findall(r"from \"([^\"]+)\"", script.read_text("utf-8"))

    assert [name for name in imports if not (script.parent / name).is_file()] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_never_makes_markup_or_code_of_a_text(script: Path) -> None:
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc"

    assert re.findall(sinks, script.read_text("utf-8")) == []


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r"<symbol id=\"([\w-]+)\"", (STATIC / "icons.svg").read_text("utf-8")))
    sources = [path.read_text("utf-8") for path in SCRIPTS]
    used = {name for source in sources for name in re.findall(r"(?:icon|iconButton)\(\"([\w-]+)\"", source)}
    used |= {name for source in sources for name in re.findall(r"symbol: \"([\w-]+)\"", source)}
    used |= set(re.findall(r"icons\.svg#([\w-]+)", PAGE))

    assert used - drawn == set()


def test_every_variable_of_a_style_is_set_somewhere() -> None:
    text = "".join(path.read_text("utf-8") for path in STYLES)
    used = set(re.findall(r"var\((--[\w-]+)", text))

    assert used - set(re.findall(r"(--[\w-]+):", text)) == set()
