/* The number beside "Inbox" in the header: asked after the page is there, and once a minute while it is looked at. */
"use strict";

(function () {
    const link = document.getElementById("inbox-link");
    if (!link) return;
    const number = link.querySelector(".inbox-count");
    const words = link.querySelector(".visually-hidden");

    async function ask() {
        if (document.hidden) return;
        try {
            const answer = await fetch(link.dataset.count, { headers: { Accept: "application/json" } });
            if (!answer.ok || answer.redirected) return;
            const { unread } = await answer.json();
            number.textContent = unread > 99 ? "99+" : String(unread);
            number.hidden = words.hidden = unread === 0;
        } catch (error) {
            if (!(error instanceof TypeError)) throw error; // no answer: the number stays as it was
        }
    }

    ask();
    document.addEventListener("visibilitychange", ask);
    window.setInterval(ask, 60_000);
})();
