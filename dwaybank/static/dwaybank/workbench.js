// Keys of the workbench, and the running difference of a batch. Without this file everything works by mouse.
"use strict";

(() => {
    const bench = document.querySelector(".workbench");
    const typing = (element) => element.matches("input:not([type=checkbox]), select, textarea");

    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        if (event.key === "Escape" && typing(event.target)) {
            event.target.blur();
            return;
        }
        if (typing(event.target)) {
            return;
        }
        const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
        if (!wanted) {
            return;
        }
        event.preventDefault();
        if (wanted.matches("input")) {
            wanted.focus();
        } else {
            wanted.click();
        }
    });

    document.querySelector("[data-help]").addEventListener("click", (event) => {
        const help = document.getElementById("bench-help");
        help.hidden = !help.hidden;
        event.currentTarget.setAttribute("aria-expanded", String(!help.hidden));
    });

    const search = document.getElementById("ledger-search");
    if (search) {
        // Enter in the search box goes to the first line found, instead of sending the form without a choice
        search.addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                event.preventDefault();
                const first = document.querySelector("#ledger-choices input[type=checkbox]");
                if (first) {
                    first.focus();
                }
            }
        });
        const show = () => {
            const chosen = [...document.querySelectorAll(".choose input:checked")];
            const sum = chosen.reduce((total, one) => total + Number(one.dataset.cents), 0);
            const left = Number(bench.dataset.lineCents) - sum;
            document.getElementById("running-difference").textContent = (left / 100).toLocaleString("en-CA", {
                minimumFractionDigits: 2,
                signDisplay: "exceptZero",
            });
        };
        document.querySelector(".choose table").addEventListener("change", show);
        // what is checked stays, whatever is searched for next
        document.body.addEventListener("htmx:beforeSwap", () => {
            document
                .querySelectorAll("#ledger-choices input:checked")
                .forEach((one) => document.getElementById("ledger-chosen").append(one.closest("tr")));
        });
    }
})();
