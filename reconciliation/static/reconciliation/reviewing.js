/* Keys, sums and focus of the reviewers' pages. Everything here also works by mouse, and without this file.
   A key presses what carries it as data-key: a link, a button, a radio; a field is given the focus instead. */
"use strict";

(function () {
    const SWITCH = "dwaybank-review-keys";

    function keysAreOn() {
        try {
            return localStorage.getItem(SWITCH) !== "off";
        } catch {
            return true; // storage is closed: keys stay on
        }
    }

    function isWriting(element) {
        if (!element) return false;
        if (element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
        return element.tagName === "INPUT" && !["checkbox", "radio", "submit", "button"].includes(element.type);
    }

    function say(text) {
        const region = document.getElementById("announce");
        if (region) region.textContent = text;
    }

    // --- Keys

    function openPanel(letter) {
        const panel = document.querySelector(`details[data-panel="${CSS.escape(letter)}"]`);
        if (!panel) return false;
        for (const other of document.querySelectorAll("details[data-panel]")) other.open = other === panel;
        const first = ['input[type="checkbox"]', "button", 'input:not([type="hidden"])']
            .map((wanted) => panel.querySelector(wanted))
            .find(Boolean);
        if (first) first.focus();
        panel.scrollIntoView({ block: "nearest" });
        return true;
    }

    function openInner(letter) {
        const inner = document.querySelector(`details[data-panel][open] details[data-inner="${CSS.escape(letter)}"]`);
        if (!inner) return false;
        inner.open = true;
        inner.querySelector('input[type="checkbox"]').focus();
        return true;
    }

    function holder(key) {
        const named = `[data-key="${CSS.escape(key)}"]`;
        // an open panel's keys come before those of the page: d 1 disputes for the first reason. A panel that has just
        // opened may not have been given the focus yet, which then is nowhere in particular.
        const active = document.activeElement;
        const within = !active || active === document.body || active.id === "work-heading" ? "" : ":focus-within";
        return (
            document.querySelector(`details[data-panel][open]${within} ${named}`) ||
            [...document.querySelectorAll(named)].find((one) => !one.closest("details:not([open])"))
        );
    }

    function press(element) {
        if (element.type === "radio") {
            element.checked = true;
            element.focus();
            say(element.closest("label").textContent.replace(/\s+/g, " ").trim());
        } else if (isWriting(element)) {
            element.focus();
        } else {
            element.click();
        }
    }

    function onKey(event) {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
        const active = document.activeElement;
        if (document.querySelector("dialog[open]")) return; // the dialog has its own keys
        if (event.key === "Escape") {
            for (const panel of document.querySelectorAll("details[data-panel][open]")) panel.open = false;
            const heading = document.getElementById("work-heading");
            if (heading) heading.focus();
            return;
        }
        if (event.key === "Enter" && active && ["note", "reason"].includes(active.name)) {
            // the form's first button searches: what is written beside the decision goes with the decision
            const button = active.form.querySelector("[data-enter]");
            if (button) {
                event.preventDefault();
                button.click();
            }
            return;
        }
        if (!keysAreOn() && event.key !== "?") return;
        if (isWriting(active)) return;
        if (event.key === "Enter" && active && active.type === "checkbox") {
            const button = active.form && active.form.querySelector("[data-enter]");
            if (button) {
                event.preventDefault();
                button.click();
            }
            return;
        }
        if (event.key.length !== 1 || event.repeat) return;
        if (event.key === "/") openPanel("s");
        const element = holder(event.key);
        if (element) {
            event.preventDefault();
            press(element);
        } else if (openInner(event.key) || openPanel(event.key)) {
            event.preventDefault();
        }
    }

    // --- Sums: whole cents, as the server wrote them

    function inMoney(cents) {
        const sign = cents < 0 ? "-" : cents > 0 ? "+" : "";
        // as dwaybank/l10n.py writes figures in either language
        const [group, point] = document.documentElement.lang.startsWith("fr") ? ["\u00a0", ","] : [",", "."];
        const whole = Math.trunc(Math.abs(cents) / 100).toString().replace(/\B(?=(\d{3})+$)/g, group);
        return `${sign}${whole}${point}${String(Math.abs(cents) % 100).padStart(2, "0")}`;
    }

    function addUp(form) {
        let total = 0;
        for (const box of form.querySelectorAll("[data-cents]:checked")) total += Number(box.dataset.cents);
        let together = Number(form.dataset.lineCents);
        for (const box of form.querySelectorAll("[data-bank-cents]:checked")) together += Number(box.dataset.bankCents);
        const bank = form.querySelector("[data-together]");
        if (bank) bank.textContent = inMoney(together);
        const rest = together - total;
        form.querySelector("[data-total]").textContent = inMoney(total);
        const shown = form.querySelector("[data-rest]");
        shown.textContent = inMoney(rest);
        shown.classList.toggle("nothing-left", rest === 0);
    }

    function onChange(event) {
        const form = event.target.closest("form");
        if (event.target.matches("[data-tick-all]")) {
            for (const box of form.querySelectorAll('input[name="line"]:not(:disabled)')) {
                box.checked = event.target.checked;
            }
        }
        if (event.target.id === "keys-on") {
            try {
                localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
            } catch {
                say("This browser keeps no settings: keys stay on.");
            }
        }
        if (form && form.matches("[data-sum]")) addUp(form);
        const count = form && form.querySelector("[data-ticked-count]");
        if (count) count.textContent = form.querySelectorAll('input[name="line"]:checked').length;
    }

    function onClick(event) {
        const opener = event.target.closest("[data-opens]");
        if (opener) {
            const dialog = document.getElementById(opener.dataset.opens);
            document.getElementById("keys-on").checked = keysAreOn();
            dialog.showModal();
        }
        if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    }

    // --- Partial updates

    let stays = "";

    document.addEventListener("htmx:beforeRequest", () => {
        const active = document.activeElement;
        stays = active && active.matches("[data-stays]") ? active.id : "";
        document.getElementById("offline").hidden = true;
    });

    document.addEventListener("htmx:beforeSwap", (event) => {
        // another page came, such as the queue or the sign-in: go there whole
        const answer = event.detail.serverResponse || "";
        if (event.detail.xhr.status < 400 && !answer.includes('id="work-area"')) {
            event.detail.shouldSwap = false;
            window.location.assign(event.detail.xhr.responseURL);
        }
    });

    document.addEventListener("htmx:afterSettle", () => {
        const area = document.getElementById("work-area");
        const heading = document.getElementById("work-heading");
        const kept = stays && document.getElementById(stays);
        if (kept) {
            kept.focus();
        } else {
            heading.focus({ preventScroll: true });
            window.scrollTo(0, 0);
        }
        const said = [...area.querySelectorAll(".messagelist li")].map((one) => one.textContent.trim());
        say([...said, heading.textContent.replace(/\s+/g, " ").trim()].join(" "));
    });

    for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
        document.addEventListener(failure, () => {
            document.getElementById("offline").hidden = false;
        });
    }

    document.addEventListener("keydown", onKey);
    document.addEventListener("change", onChange);
    document.addEventListener("click", onClick);
})();
