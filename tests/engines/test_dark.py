"""Figures and diagrams in three browsers follow the system's theme and that of the site's switch, without paper."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

LIGHT, DARK = (253, 252, 249), (21, 23, 26)
"""Grounds of pages."""
VISIBLE = 40
"""Pixels of a picture with a contrast of at least 4.5 to 1."""


def open_page(driver, address: str, theme: str) -> None:
    """Open the page with a theme chosen earlier; "" is the system's."""
    driver.get(address)
    driver.execute_script(
        "localStorage.clear(); if (arguments[0]) localStorage.setItem('hortus-theme', arguments[0])", theme
    )
    driver.get(address)
    driver.execute_script("for (const image of document.images) image.loading = 'eager'")


def grounds(driver, expected: tuple) -> list[tuple]:
    """Return, for each picture, its corner and whether something in it is visible, once they are as *expected*."""

    def look(driver):
        found = [_seen(driver, image) for image in driver.find_elements(By.CSS_SELECTOR, "main figure img")]
        return found if found == [(expected, True)] * len(found) and found else None

    try:
        return WebDriverWait(driver, 30).until(look)
    except Exception:  # the assertion shows what was seen at last
        return [_seen(driver, image) for image in driver.find_elements(By.CSS_SELECTOR, "main figure img")]


def _seen(driver, image) -> tuple:
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", image)
    box = driver.execute_script(
        "const b = arguments[0].getBoundingClientRect(); return [b.x, b.y, b.right, b.bottom]", image
    )
    picture = Image.open(BytesIO(b64decode(driver.get_screenshot_as_base64()))).convert("RGB")
    crop = np.asarray(picture.crop(tuple(map(round, box)))) / 255
    linear = np.where(crop <= 0.04045, crop / 12.92, ((crop + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
    ground = linear[1, 1]
    contrast = (np.maximum(linear, ground) + 0.05) / (np.minimum(linear, ground) + 0.05)
    return tuple(round(float(part) * 255) for part in crop[1, 1]), int((contrast >= 4.5).sum()) >= VISIBLE


@pytest.mark.parametrize(("theme", "ground"), [("", LIGHT), ("dark", DARK), ("light", LIGHT)])
def test_pictures_in_a_light_system(engine, address, theme, ground):
    """They are drawn on the ground of the page, whatever theme was chosen."""
    open_page(engine, address, theme)

    assert grounds(engine, ground) == [(ground, True)] * 2


@pytest.mark.parametrize(("theme", "ground"), [("", DARK), ("light", LIGHT)])
def test_pictures_in_a_dark_system(dark_engine, address, theme, ground):
    open_page(dark_engine, address, theme)

    assert grounds(dark_engine, ground) == [(ground, True)] * 2


@pytest.mark.parametrize("over_http", [False, True], ids=["disk", "server"])
def test_pictures_follow_the_switch(engine, address, serve, pictures, over_http):
    """The switch changes pictures that are shown already, also where nothing else makes the browser lay out the page."""
    open_page(engine, f"{serve(pictures)}index.html" if over_http else address, "")
    engine.execute_script("document.querySelector('.around').remove()")
    assert grounds(engine, LIGHT) == [(LIGHT, True)] * 2
    engine.find_element(By.CSS_SELECTOR, ".theme-switch").click()

    assert grounds(engine, DARK) == [(DARK, True)] * 2
