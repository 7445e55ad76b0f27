"""Who reads a page through a screen reader, or with weak eyes: what axe-core finds once the page has come to rest."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A colour half-way through its change is nobody's choice; what never ends (a spinner) is not waited for.
AT_REST = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const ending = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map((each) => each.finished));
}"""


def barriers(page: Page, impacts: tuple[str, ...] = ("minor", "moderate", "serious", "critical")) -> list[str]:
    """Each rule of axe-core that the page at rest breaks with one of these impacts, and the first element that does."""
    page.evaluate(AT_REST)
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in impacts]
