"""What a page shows of what others wrote, and what no page and no log ever shows."""

import logging
from unittest.mock import Mock

from lib.system.secrets import Secret
from lib.web.media_server import MediaServer
from lib.web.page_services import SeenView, TrackedView
from tests.frontends.web.conftest import Visitor
from tests.frontends.web.site import ADMIN_PAGES, CODE, NOW, a_delivery, an_evening

EVIL = "<script>alert(1)</script>{{8888*8888}}{% raw %}\"'><img src=x onerror=alert(1)>"


def test_titles_and_names_are_text_and_nothing_else(site, admin, invited):
    site.tracking.rows = [a_delivery(1, EVIL, "unknown_title", user_name=EVIL, detail=EVIL, server="home", event=EVIL)]
    site.tracking.seen = [SeenView("home", EVIL, EVIL, NOW, EVIL)]
    site.tracking.plays["ben"] = [TrackedView(NOW, EVIL, "sent", EVIL)]
    site.accounts.link("ben", EVIL)
    site.services.sign_ins.forget("ben")
    pages = [admin.get(path).text for path in (*ADMIN_PAGES, "/deliveries?text=%3Cscript%3Ealert(1)")]
    pages.append(admin.post("/people/invite", server="home", user_name=EVIL[:100]).text)
    pages.append(invited.get("/me").text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "78996544" not in page
    assert sum("&lt;script&gt;" in page for page in pages) >= 5


def test_no_page_has_a_script_or_style_of_its_own(site, admin, invited):
    """The content security policy forbids both; a page that needed one would be broken."""
    an_evening(site)
    for page in [admin.get(path) for path in ADMIN_PAGES] + [invited.get("/me")]:
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.text.count("<script") == page.text.count('<script src="/static/')
        assert [own for own in ("<style", " style=", " onclick=") if own in page.text] == []


def test_no_secret_is_on_a_page_or_in_the_log(site, admin, linked, caplog):
    caplog.set_level(logging.DEBUG)
    server = MediaServer("home", api_key=Secret("planted-api-key-of-a-server"), url="http://media.example.org")
    site.reconfigure(servers={"home": server}, hooks={"home": Secret("planted-hook-secret-1234")})
    site.services.hook_secrets.forget_cached()
    pages = [admin.get(path).text for path in ADMIN_PAGES if path != "/servers"] + [linked.get("/me").text]
    for secret in ("planted-hook-secret-1234", "planted-wrong-secret-1234"):
        admin.post(f"/hook/{secret}")
    Visitor(site, "192.0.2.77", "192.0.2.1").log_in("planted-wrong-password")
    for text in (*pages, caplog.text):
        assert "planted" not in text
        assert "token-of-ben" not in text
        assert linked.invitation.token not in text
        assert CODE.user_code not in caplog.text


def test_an_internal_error_tells_nothing_on_the_page(site, admin, monkeypatch):
    monkeypatch.setattr(site.tracking, "seen_users", Mock(side_effect=RuntimeError("planted detail")))
    answer = admin.get("/")
    assert answer.status_code == 500
    assert "planted" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["Content-Security-Policy"]
