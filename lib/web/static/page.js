// What the pages do by themselves: copy an address, count a code down, and notice that somebody has approved it.
// Everything works without this script as well: the page of a code then reloads itself.
"use strict";

(function () {
  const parts = (root, selector) => Array.from(root.querySelectorAll(selector));

  function clock(seconds) {
    const whole = Math.max(0, Math.ceil(seconds));
    return Math.floor(whole / 60) + ":" + String(whole % 60).padStart(2, "0");
  }

  function sayAloud(text) {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  }

  function copyText(text, source) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }

  function watchCopyButtons(root) {
    for (const button of parts(root, "button[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", function () {
        const source = document.getElementById(button.dataset.copy);
        const usual = button.textContent;
        copyText(source.textContent.trim(), source).then(function () {
          button.textContent = button.dataset.done;
          sayAloud(button.dataset.done);
          window.setTimeout(function () { button.textContent = usual; }, 2000);
        }, function () { source.focus(); });
      });
    }
  }

  let ends = 0;

  function showTime(root) {
    const time = root.querySelector("[data-seconds]");
    if (!time) return;
    const left = (ends - performance.now()) / 1000;
    time.textContent = clock(left);
    const bar = root.querySelector("progress");
    if (bar) bar.value = Math.max(0, left);
  }

  function beginCountdown(root) {
    const time = root.querySelector("[data-seconds]");
    if (time) ends = performance.now() + Number(time.dataset.seconds) * 1000;
  }

  function watchSignIn(area) {
    let version = area.dataset.version;
    let failures = 0;
    beginCountdown(area);
    window.setInterval(function () { showTime(area); }, 500);

    function ask() {
      fetch(area.dataset.state, { credentials: "same-origin", cache: "no-store" }).then(function (response) {
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      }).then(function (state) {
        failures = 0;
        if (state.leave) { window.location.reload(); return; }
        const reason = area.querySelector("[data-reason]");
        if (reason && reason.textContent !== state.reason) reason.textContent = state.reason;
        if (state.version !== version) { version = state.version; replace(state.version); }
        else window.setTimeout(ask, 1500);
      }).catch(function () {
        failures += 1;
        window.setTimeout(ask, Math.min(30000, 1500 * Math.pow(2, failures)));
      });
    }

    function replace() {
      fetch(window.location.href, { credentials: "same-origin", cache: "no-store" }).then(function (response) {
        return response.text();
      }).then(function (text) {
        const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(area.id);
        if (!fresh || !fresh.dataset.state) { window.location.reload(); return; }
        const focused = document.activeElement && document.activeElement.id;
        area.replaceChildren(...fresh.childNodes);
        beginCountdown(area);
        watchCopyButtons(area);
        const again = focused && document.getElementById(focused);
        if (again) again.focus();
        window.setTimeout(ask, 1500);
      }).catch(function () { window.setTimeout(ask, 3000); });
    }

    window.setTimeout(ask, 1000);
  }

  watchCopyButtons(document);
  const area = document.getElementById("sign-in");
  if (area && area.dataset.state) watchSignIn(area);
})();
