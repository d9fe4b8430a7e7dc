"""Hover cards and the random page in three browsers, from a disk."""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait


def test_a_card_from_a_disk(engine, address):
    """A focused link shows the opening of its note, with its figure."""
    engine.get(address)
    engine.find_element(By.CSS_SELECTOR, "main p > a").send_keys(Keys.SHIFT)  # focuses it
    card = WebDriverWait(engine, 60).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, ".preview-body"))[0]

    assert "The next note" in card.get_property("textContent")
    loaded = "return document.querySelector('.preview-body img').naturalWidth > 0"
    assert WebDriverWait(engine, 60).until(lambda driver: driver.execute_script(loaded))


def test_a_random_note_from_a_disk(engine, address):
    """It opens one of the other notes."""
    engine.get(address)
    engine.find_element(By.CSS_SELECTOR, "[data-random]").click()

    assert WebDriverWait(engine, 60).until(lambda driver: driver.current_url.endswith("next.html"))
