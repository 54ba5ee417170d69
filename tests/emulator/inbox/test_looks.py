"""What can be measured of the looks: sizes, contrast, names for those who do not see, colours that were chosen."""

from __future__ import annotations

import httpx
import pytest

from clix.emulator import RunningEmulator
from tests.emulator.inbox.browser import Page
from tests.emulator.inbox.support import IN_BROWSER, TABS, fill

pytestmark = IN_BROWSER

CONTROLS = {
    "button",
    "combobox",
    "link",
    "listbox",
    "option",
    "radio",
    "searchbox",
    "switch",
    "tab",
    "textbox",
}
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
async def test_nothing_sticks_out_of_the_window(width: int, page: Page, clix: httpx.AsyncClient) -> None:
    await fill(clix)
    await page.resize(width=width, height=800)

    hidden = {}
    for tab in TABS:
        await page.go(f"{clix.base_url}/#/{tab}")
        hidden[tab] = await page.run(
            "(({ scrollWidth, scrollHeight }) => [scrollWidth - innerWidth, scrollHeight - innerHeight])"
            "(document.scrollingElement)"
        )

    assert hidden == {tab: [0, 0] for tab in TABS}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_text_stands_out_from_its_ground(
    *, dark: bool, page: Page, clix: httpx.AsyncClient
) -> None:
    await fill(clix)
    await page.resize(dark=dark)

    weak = {}
    for tab in TABS:
        await page.go(f"{clix.base_url}/#/{tab}")
        await page.run("document.querySelector('.panel:not([hidden]) .row')?.click()")
        await page.run(TWO_FRAMES)
        weak[tab] = await page.run(WEAK_TEXTS)

    assert weak == {tab: [] for tab in TABS}


async def test_every_control_has_a_name(page: Page, clix: httpx.AsyncClient) -> None:
    await fill(clix)

    nameless = {}
    for tab in TABS:
        await page.go(f"{clix.base_url}/#/{tab}")
        await page.run(TWO_FRAMES)
        nodes = (await page.call("Accessibility.getFullAXTree"))["nodes"]
        roles = [node["role"]["value"] for node in nodes if not node["ignored"] and not node["name"]["value"]]
        nameless[tab] = [role for role in roles if role in CONTROLS]

    assert nameless == {tab: [] for tab in TABS}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_chosen_colours_outlive_the_visit(*, dark: bool, page: Page, server: RunningEmulator) -> None:
    chosen = "dark" if dark else "light"
    await page.resize(dark=not dark)

    await page.click(".settings-button")
    await page.run(f"document.querySelector('[name=theme][value={chosen}]').click()")
    await page.reload()

    assert await page.run("getComputedStyle(document.documentElement).colorScheme") == chosen


async def test_the_newest_message_is_told_to_those_who_do_not_see(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await fill(clix)

    await page.until("document.querySelector('#speech').textContent.endsWith('new messages')")


WEAK_TEXTS = """(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const over = (top, below) => [0, 1, 2].map((i) => (top[i] * top[3] + below[i] * (255 - top[3])) / 255).concat(255);
    const luminance = (colour) => {
        const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = colour.map((part) => linear(part / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            if (style.backgroundImage !== 'none' && at.closest('.phone')) return null;
            layers.unshift(rgba(style.backgroundColor));
        }
        return layers.reduce((below, top) => over(top, below), [255, 255, 255, 255]);
    };
    const weak = [];
    for (const element of document.querySelectorAll('body *')) {
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!hasText || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const below = ground(element);
        if (!below) continue;
        const style = getComputedStyle(element);
        const [a, b] = [luminance(over(rgba(style.color), below)), luminance(below)].sort((x, y) => y - x);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const contrast = (a + 0.05) / (b + 0.05);
        if (contrast >= (isLarge ? 3 : 4.5)) continue;
        weak.push([element.className, element.textContent.slice(0, 30), contrast.toFixed(2)]);
    }
    return weak;
})()"""
"""Visible texts of less than the contrast that WCAG AA asks for; what lies on a picture is left out."""
