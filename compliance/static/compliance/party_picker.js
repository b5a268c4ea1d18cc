/* Fields of keys of parties (data-parties): suggests parties for the key that is being typed, and says below the field who
   the keys are. Without this file keys are typed as they are. */
"use strict";

(function () {
    const PAUSE = 200; // milliseconds without a key before the server is asked
    let count = 0;

    function element(name, attributes, text) {
        const made = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        made.textContent = text || "";
        return made;
    }

    // what is typed after the last separator, and what stands before it
    function parted(value) {
        const cut = Math.max(value.lastIndexOf(","), value.lastIndexOf("|")) + 1;
        return [value.slice(0, cut), value.slice(cut).trim()];
    }

    function pick(field) {
        const id = `parties-${(count += 1)}`;
        const list = element("ul", { id, role: "listbox", class: "party-list", "aria-label": labelOf(field) });
        const names = element("p", { class: "party-names" });
        const said = element("p", { class: "visually-hidden", role: "status" });
        let timer, asked, chosen = -1;

        list.hidden = true;
        field.after(list, names, said);
        field.parentElement.classList.add("party-field");
        for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", id]])
            field.setAttribute(key, value);
        close();

        function close() {
            list.hidden = true;
            list.replaceChildren();
            chosen = -1;
            field.setAttribute("aria-expanded", "false");
            field.removeAttribute("aria-activedescendant");
        }

        function choose(number) {
            const options = list.children;
            if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
            chosen = (number + options.length) % options.length;
            options[chosen].setAttribute("aria-selected", "true");
            options[chosen].scrollIntoView({ block: "nearest" });
            field.setAttribute("aria-activedescendant", options[chosen].id);
        }

        function take(option) {
            const [before] = parted(field.value);
            field.value = `${before}${before ? " " : ""}${option.dataset.key}, `;
            close();
            field.focus();
            ask("");
        }

        function show(parties) {
            close();
            if (!parties.length) return;
            list.append(
                ...parties.map((party, number) => {
                    const option = element("li", { id: `${id}-${number}`, role: "option", "aria-selected": "false" });
                    option.append(
                        element("strong", {}, party.name),
                        ` ${party.about} `,
                        element("code", {}, party.key),
                    );
                    option.dataset.key = party.key;
                    option.addEventListener("mousedown", (event) => event.preventDefault());
                    option.addEventListener("click", () => take(option));
                    return option;
                }),
            );
            list.hidden = false;
            field.setAttribute("aria-expanded", "true");
        }

        async function ask(typed) {
            if (asked) asked.abort();
            asked = new AbortController();
            const token = document.querySelector("input[name=csrfmiddlewaretoken]");
            const body = new URLSearchParams({ typed, keys: field.value });
            let answer;
            try {
                const response = await fetch(field.dataset.parties, {
                    method: "POST",
                    body,
                    headers: { "X-CSRFToken": token ? token.value : "" },
                    signal: asked.signal,
                });
                answer = await response.json();
            } catch {
                return; // asked anew meanwhile, or signed out: keys can be typed all the same
            }
            if (answer.problem) {
                close();
                names.textContent = said.textContent = answer.problem;
                return;
            }
            names.textContent = Object.entries(answer.named)
                .map(([key, name]) => `${key}: ${name}`)
                .join("; ");
            if (document.activeElement === field) show(answer.parties);
            if (typed.length > 1) said.textContent = answer.parties.length ? field.dataset.some : field.dataset.none;
        }

        field.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(() => ask(parted(field.value)[1]), PAUSE);
        });
        field.addEventListener("blur", close);
        field.addEventListener("keydown", (event) => {
            if (list.hidden) return;
            const keys = {
                ArrowDown: () => choose(chosen + 1),
                ArrowUp: () => choose(chosen < 0 ? -1 : chosen - 1),
                Escape: close,
                Enter: () => take(list.children[chosen]),
            };
            if (!keys[event.key] || (event.key === "Enter" && chosen < 0)) return;
            event.preventDefault();
            keys[event.key]();
        });
        if (field.value.trim()) ask("");
    }

    function labelOf(field) {
        return field.labels && field.labels.length ? field.labels[0].textContent.replace(/\s+/g, " ").trim() : field.name;
    }

    const start = () => document.querySelectorAll("[data-parties]:enabled").forEach(pick);
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
})();
