"""What a suspicious visitor's browser notes: every listener that a page sets, and every byte that leaves it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import BrowserContext, CDPSession, Page, Request, WebSocket

# What tells keys, letters, pastes or marked text.
TYPING = frozenset(
    {
        "keydown", "keyup", "keypress", "input", "beforeinput", "textInput", "change", "paste", "copy", "cut",
        "compositionstart", "compositionupdate", "compositionend", "selectionchange", "select", "selectstart",
    }
)  # fmt: skip
# A field or control that a person sees and that says what it is called. Its own listeners are its business.
CONTROL = """input, textarea, select, button, dialog, aside, summary,
    [role=slider], [role=tablist], [role=menu], [role=menuitem], [role=application], [role=img]"""

# Runs before the page's own code: notes listeners as they are set, also those that are set and removed again.
NOTE_LISTENERS = """(() => {
    const typing = new Set(TYPING);
    const noted = [];
    const clicks = [];
    window.__noted = () => noted.map(({ target, listener, ...said }) =>
        ({ ...said, is_framework: clicks.some(([at, run]) => at === target && run === listener) }));
    const name = (target) => target === window ? 'window' : target === document ? 'document'
        : target instanceof Element ? target.tagName.toLowerCase() + (target.id ? '#' + target.id : '')
        : target?.constructor?.name ?? String(target);
    const isControl = (target) => target instanceof Element && target.matches(CONTROL);
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
        const target = this ?? window;
        // The framework's one dispatcher hears everything at its roots, clicks too, and hands it on to elements.
        if (type === 'click') clicks.push([target, listener]);
        if (typing.has(type) && (target === window || target instanceof Node) && !isControl(target))
            noted.push({ type, on: name(target), code: String(listener).slice(0, 400), target, listener });
        return add.call(this, type, listener, options);
    };
    for (const [owner, label] of [[window, 'window'], [document, 'document'], [HTMLElement.prototype, 'element']])
        for (const type of typing) {
            const found = Object.getOwnPropertyDescriptor(owner, 'on' + type);
            if (!found?.set) continue;
            Object.defineProperty(owner, 'on' + type, { ...found, set(value) {
                if (value && !isControl(this)) noted.push({ type, on: label, code: String(value).slice(0, 400) });
                found.set.call(this, value);
            } });
        }
})()"""
# The framework hands events on from the root to handlers that it keeps on elements: which elements have such ones.
HANDED_ON = """() => {
    const typing = new Set(TYPING);
    const found = [];
    for (const element of document.querySelectorAll('*'))
        for (const symbol of Object.getOwnPropertySymbols(element)) {
            const kept = element[symbol];
            if (!kept || typeof kept !== 'object') continue;
            for (const type of Object.keys(kept))
                if (typing.has(type) && typeof kept[type] !== 'undefined' && !element.matches(CONTROL))
                    found.push(type + ' on ' + element.outerHTML.slice(0, 120));
        }
    return found;
}"""
FIELDS = """() => [...document.querySelectorAll('input, textarea, [contenteditable=true]')]
    .filter(one => !['file', 'radio', 'checkbox', 'range', 'hidden'].includes(one.type) && one.checkVisibility()
        && !one.disabled)
    .map(one => ({ named: !!(one.labels?.length || one.ariaLabel || one.getAttribute('aria-labelledby')),
        what: one.outerHTML.slice(0, 120) }))"""
LINKS = """() => [...document.querySelectorAll('a[href], area[href], form[action]')]
    .filter(one => new URL(one.href ?? one.action, location.href).origin !== location.origin || one.target)
    .map(one => ({ href: one.href, target: one.target, rel: one.rel }))"""
CODE = """() => [...document.querySelectorAll('script, link, iframe, img, video, source, object, embed')]
    .map(one => one.src || one.href || one.data || '')
    .filter(at => at && !at.startsWith('blob:') && !at.startsWith('data:')
        && new URL(at, location.href).origin !== location.origin)"""


def _with_words(script: str) -> str:
    return script.replace("TYPING", str(sorted(TYPING))).replace("CONTROL", repr(CONTROL.replace("\n", " ")))


@dataclass
class Watch:
    """Everything that left one browser, in order."""

    context: BrowserContext
    origin: str
    sent: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.add_init_script(_with_words(NOTE_LISTENERS))
        self.context.on("request", self._saw)
        self.context.on("page", lambda page: page.on("websocket", self._socket))

    def _saw(self, request: Request) -> None:
        place = urlparse(request.url)
        if place.scheme not in {"http", "https"}:
            return
        if f"{place.scheme}://{place.netloc}" != self.origin:
            self.elsewhere.append(request.url)
        headers = " ".join(f"{name}: {value}" for name, value in request.headers.items())
        self.sent.append(f"{request.method} {request.url} {headers} {_body(request)}")

    def _socket(self, socket: WebSocket) -> None:
        if urlparse(socket.url).netloc != urlparse(self.origin).netloc:
            self.elsewhere.append(socket.url)
        socket.on("framesent", lambda data: self.sent.append(f"SOCKET {socket.url} {data!r}"))

    def telling(self, secret: str) -> list[str]:
        """What was sent with the secret in it, whole or its beginning."""
        return [each for each in self.sent if secret in each or secret[:6] in each]


def _body(request: Request) -> str:
    try:
        return request.post_data or ""
    except UnicodeDecodeError:
        return repr(request.post_data_buffer)


def listeners(page: Page) -> list[dict[str, Any]]:
    """Typing listeners that the page set on anything but a control, with the start of their code."""
    found: list[dict[str, Any]] = page.evaluate("() => window.__noted()")
    return found


def handed_on(page: Page) -> list[str]:
    """Elements other than controls to which the framework hands typing on."""
    found: list[str] = page.evaluate(_with_words(HANDED_ON))
    return found


def truly_listening(page: Page) -> set[tuple[str, str]]:
    """The same question put to the browser's debugger: which typing events window, document and body hear."""
    session: CDPSession = page.context.new_cdp_session(page)
    heard: set[tuple[str, str]] = set()
    for target in ("window", "document", "document.documentElement", "document.body"):
        thing: dict[str, Any] = session.send("Runtime.evaluate", {"expression": target})["result"]
        found = session.send("DOMDebugger.getEventListeners", {"objectId": thing["objectId"]})
        heard |= {(target, each["type"]) for each in found["listeners"] if each["type"] in TYPING}
    session.detach()
    return heard
