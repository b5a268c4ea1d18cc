/* Pictures of tables. Each <table data-chart="line|bar"> is drawn above itself; the table stays what is read aloud,
   printed, and seen without this file. Rows are labels (first cell) and series (the other columns); a cell's figure is
   its data-value, else its text. See docs/charts.md. */
"use strict";

(function () {
    const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2]];
    const POINTS = ["circle", "rect", "triangle", "rectRot", "crossRot", "star"];
    const drawn = new Map();

    function colour(name) {
        return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    }

    function figure(cell) {
        const text = cell.dataset.value !== undefined ? cell.dataset.value : cell.textContent.replace(/[\s,\u00a0]/g, "");
        const value = Number(text);
        return text === "" || Number.isNaN(value) ? null : value;
    }

    function words(cell) {
        return cell.textContent.replace(/\s+/g, " ").trim();
    }

    function read(table) {
        const headings = [...table.tHead.rows[0].cells];
        const rows = [...table.tBodies[0].rows];
        const series = headings
            .map((cell, column) => ({ name: words(cell), column, isDrawn: cell.dataset.undrawn === undefined }))
            .filter((one) => one.column > 0 && one.isDrawn);
        return {
            labels: rows.map((row) => row.cells[0].dataset.label || words(row.cells[0])),
            texts: rows.map((row) => [...row.cells].map(words)),
            series: series.map((one) => ({
                ...one,
                values: rows.map((row) => (row.cells[one.column] ? figure(row.cells[one.column]) : null)),
            })),
        };
    }

    function dataset(one, place, table, kind) {
        const own = colour(`--chart-${(place % 6) + 1}`);
        const common = { label: one.name, data: one.values, borderColor: own, backgroundColor: own };
        if (kind === "bar") return { ...common, maxBarThickness: 48 };
        const few = one.values.length <= 40;
        return {
            ...common,
            borderWidth: 2,
            borderDash: DASHES[place % 6],
            pointStyle: POINTS[place % 6],
            pointRadius: few ? 4 : 0,
            pointHitRadius: 10,
            spanGaps: true,
            clip: 8, // a point at the edge is drawn whole
            stepped: table.dataset.chartStepped !== undefined ? "before" : false,
        };
    }

    /* A line with words across the picture, at the row whose label the table names. */
    const mark = {
        id: "mark",
        afterDatasetsDraw(chart, _, options) {
            if (!options.label) return;
            const place = chart.data.labels.indexOf(options.label);
            if (place < 0) return;
            const { ctx, chartArea, scales } = chart;
            const x = scales.x.getPixelForValue(place);
            const toTheLeft = x > (chartArea.left + chartArea.right) / 2;
            ctx.save();
            ctx.strokeStyle = ctx.fillStyle = options.colour;
            ctx.lineWidth = 2;
            ctx.setLineDash([3, 3]);
            ctx.beginPath();
            ctx.moveTo(x, chartArea.top);
            ctx.lineTo(x, chartArea.bottom);
            ctx.stroke();
            ctx.font = "600 12px sans-serif";
            ctx.textBaseline = "top";
            ctx.textAlign = toTheLeft ? "right" : "left";
            ctx.fillText(options.text || options.label, x + (toTheLeft ? -6 : 6), chartArea.top + 2);
            ctx.restore();
        },
    };

    function settings(table) {
        const kind = table.dataset.chart === "bar" ? "bar" : "line";
        const found = read(table);
        const ink = colour("--body-fg");
        const grid = { color: colour("--hairline-color") || colour("--row-line") };
        const stacked = table.dataset.chartStacked !== undefined;
        // half a sync or half a report is nothing: whole figures have whole ticks
        const isWhole = found.series.every((one) => one.values.every((value) => Number.isInteger(value ?? 0)));
        // nor is anything counted below nothing, or a share above the whole
        const values = found.series.flatMap((one) => one.values).filter((value) => value !== null && !Number.isNaN(value));
        const lowest = Math.min(...values);
        const isNear = lowest >= 0 && lowest < 0.2 * Math.max(...values);
        const texts = found.texts.flatMap((row) => found.series.map((one) => row[one.column])).filter((text) => /\d/.test(text));
        const isShare = texts.length > 0 && texts.every((text) => text.trim().endsWith("%"));
        const limits = { min: values.length === 0 || isNear ? 0 : undefined, max: isShare ? 100 : undefined };
        return {
            type: kind,
            data: { labels: found.labels, datasets: found.series.map((one, place) => dataset(one, place, table, kind)) },
            options: {
                animation: false,
                locale: document.documentElement.lang,
                responsive: true,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                scales: {
                    x: { stacked, grid, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 } },
                    y: { ...limits, stacked, grid, ticks: { color: ink, precision: isWhole ? 0 : undefined }, grace: kind === "bar" ? 0 : "5%" },
                },
                plugins: {
                    legend: { display: found.series.length > 1, labels: { color: ink, usePointStyle: true } },
                    mark: {
                        label: table.dataset.chartMark || "",
                        text: table.dataset.chartMarkText || "",
                        colour: colour("--bad-fg"),
                    },
                    // the table's own words, with currency and separators as the server wrote them
                    tooltip: {
                        callbacks: {
                            label: (item) => {
                                const { name, column } = found.series[item.datasetIndex];
                                return `${name}: ${found.texts[item.dataIndex][column]}`;
                            },
                        },
                    },
                },
            },
            plugins: [mark],
        };
    }

    function draw(table) {
        const known = drawn.get(table);
        if (known) known.destroy();
        let place = table.previousElementSibling;
        const holder = table.closest("[data-chart-figure]");
        if (holder) place = holder.querySelector(".chart-picture");
        if (!place || !place.classList.contains("chart-picture")) {
            place = document.createElement("div");
            place.className = "chart-picture";
            table.before(place);
        }
        place.hidden = false;
        place.setAttribute("aria-hidden", "true");
        place.replaceChildren(document.createElement("canvas"));
        drawn.set(table, new Chart(place.firstElementChild, settings(table)));
    }

    function drawAll(root) {
        for (const table of drawn.keys()) {
            if (!table.isConnected) {
                drawn.get(table).destroy();
                drawn.delete(table);
            }
        }
        for (const table of root.querySelectorAll("table[data-chart]")) {
            const rows = table.tBodies[0] ? table.tBodies[0].rows.length : 0;
            // one point makes no line, but one bar is a bar
            if (table.tHead && rows > (table.dataset.chart === "bar" ? 0 : 1)) draw(table);
        }
    }

    const again = () => drawAll(document);
    again(); // this file is deferred: the page is read by now
    document.addEventListener("htmx:afterSettle", again);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
})();
