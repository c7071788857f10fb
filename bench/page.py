"""The page of all results: what was claimed and met, ratios over time, and cost as the work grows.

python bench/page.py bench/results             # writes build/bench.html from all files there
python bench/page.py bench/results --readme    # prints the README's table from the newest one into it
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from annotate.report.plots import ACCENT, COOL, INK, SOFT, WARM, drawing, svg

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- measured by make bench -->", "<!-- end of what make bench measured -->"
COLOURS, MARKS = (ACCENT, WARM, COOL, SOFT, INK), "osD^v"
GROWS = 3
"""At so many sizes a measure is drawn."""


def runs(folder: Path) -> list[dict[str, Any]]:
    """Return the results of all full runs in a folder, the oldest first; of quick ones where there is no full one."""
    files = sorted(folder.glob("*.json"), key=lambda path: (path.name[:10], path.stat().st_mtime_ns))
    found = [json.loads(path.read_bytes()) for path in files]
    found = [one for one in found if "parts" in one]
    return [one for one in found if one["full"]] or found


def claims(run: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the claims of a run, in the order of its scripts."""
    return [claim for part in run["parts"] for claim in part["claims"]]


def said(claim: dict[str, Any], key: str) -> str:
    """Return a claim's value or bar with its unit."""
    number = claim[key]
    text = f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"  # noqa: PLR2004 - digits that say something
    unit = {"times": "\N{MULTIPLICATION SIGN}"}.get(claim["unit"], " " + claim["unit"])
    sign = "" if key == "value" else ("≥ " if claim["least"] else "≤ ")
    return f"{sign}{text}{unit}"


def table(run: dict[str, Any]) -> str:
    """Return the claims of a run as a Markdown table, with where and when they were measured."""
    machine = run["machine"]
    lines = ["| measured | this run | aim | |", "|---|--:|--:|---|"]
    lines += [
        f"| {claim['says']} | {said(claim, 'value')} | {said(claim, 'bar')} | {'' if claim['met'] else 'missed'} |"
        for claim in claims(run)
    ]
    told = f"{run['date']}, commit `{run['commit']}`, {machine['cores']} cores of {machine['processor']}"
    return "\n".join([*lines, "", f"{told}; load before {machine['load_before']}."])


def readme(run: dict[str, Any], path: Path) -> None:
    """Put the table of a run between the marks in the README."""
    text = path.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    path.write_text(f"{head}{BEGIN}\n{table(run)}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def growth(run: dict[str, Any]) -> list[dict[str, str]]:
    """Return two drawings for each measure that has several sizes: seconds and memory over the size."""
    found = []
    for part in run["parts"]:
        for measure in dict.fromkeys(row["measure"] for row in part["rows"]):
            lines: dict[str, list[dict[str, Any]]] = {}
            for row in part["rows"]:
                if row["measure"] == measure:
                    lines.setdefault(row["system"], []).append(row)
            lines = {name: rows for name, rows in lines.items() if len(rows) >= GROWS}
            if "ours" in lines:
                plots = [
                    grown(measure, lines, "seconds", "seconds"),
                    grown(measure, lines, "peak_mb", "peak memory, MB"),
                ]
                found.append({"title": f"{part['script']}: {measure}", "plots": "".join(plots)})
    return found


def grown(measure: str, lines: dict[str, list[dict[str, Any]]], key: str, unit: str) -> str:
    """Return one drawing of a figure over the size of the work."""
    with drawing(4.6, 3.2 + 0.2 * len(lines), f"{measure}: {unit}") as (figure, axes):
        for (name, rows), colour, mark in zip(lines.items(), COLOURS, MARKS, strict=False):
            points = [(row["size"], row[key]) for row in rows if row[key] is not None]
            axes.plot(*zip(*points, strict=True), f"{mark}-", color=colour, linewidth=1.8, markersize=6, label=name)
        scale = "log" if key == "seconds" else "linear"
        axes.set(xlabel="size of the work", ylabel=unit, xscale="log", yscale=scale)
        plain(axes.xaxis)
        if scale == "linear":
            axes.set_ylim(bottom=0)
        else:
            plain(axes.yaxis)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1.02), ncols=1, handlelength=2.5)
        return f"<figure>{svg(figure, f'{measure}: {unit}')}</figure>"


def history(every: list[dict[str, Any]]) -> str:
    """Return one drawing of each claim's value over its bar, run after run: above 1 it is met."""
    names = list(dict.fromkeys(claim["says"] for run in every for claim in claims(run)))
    with drawing(9.6, 0.32 * len(names) + 1.2, "Claims over their aims, run after run") as (figure, axes):
        for place, name in enumerate(reversed(names)):
            over = [
                (claim["value"] / claim["bar"] if claim["least"] else claim["bar"] / max(claim["value"], 1e-9))
                for run in every
                for claim in claims(run)
                if claim["says"] == name
            ]
            axes.plot(over, [place] * len(over), "-", color=SOFT, linewidth=1)
            axes.plot(over[:-1], [place] * (len(over) - 1), "o", color=SOFT, markersize=4, markerfacecolor="none")
            last = ACCENT if over[-1] >= 1 else WARM
            axes.plot(over[-1:], [place], "o" if over[-1] >= 1 else "X", color=last, markersize=8)
        axes.axvline(1, color=INK, linewidth=1.2, linestyle=":")
        axes.set_yticks(range(len(names)), list(reversed(names)))
        axes.set(xscale="log", xlabel="how many times the aim (dotted: just met); filled: the newest run")
        plain(axes.xaxis)
        return svg(figure, "Claims over their aims, run after run")


def plain(axis: Any) -> None:
    """Write the powers of ten at a logarithmic axis as people do."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(base=10, numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _place: short(value)))
    axis.set_minor_formatter(NullFormatter())


def short(value: float) -> str:
    """Return a number as it stands at an axis: 0.01, 10, 1k, 1M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def page(every: list[dict[str, Any]]) -> str:
    """Return the page."""
    from jinja2 import DictLoader, Environment, PackageLoader

    css = PackageLoader("annotate.report", "templates").get_source(Environment(autoescape=True), "report.css")[0]
    environment = Environment(autoescape=True, loader=DictLoader({"page": TEMPLATE}), trim_blocks=True)
    return environment.get_template("page").render(
        css=css,
        run=every[-1],
        runs=every,
        claims=claims(every[-1]),
        said=said,
        history=history(every),
        growth=growth(every[-1]),
    )


TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What reportedly costs</title>
<style>{{ css|safe }}
.ok::before { content: "✓ "; color: var(--cool); } .no::before { content: "✗ "; color: var(--warm); } .no { font-weight: 700; }
.history svg { max-width: none; }
</style>
</head>
<body>
<header>
  <p class="kicker">{{ run.machine.cores }} cores of {{ run.machine.processor }}
    <span>{{ run.date }}, commit <code>{{ run.commit }}</code>{{ "" if run.full else ", small sizes: no claim holds for them" }}</span></p>
  <h1>What reportedly costs, beside its peers</h1>
</header>
<main>
<section>
<h2>Claims</h2>
<p>Each is measured by a script in <code>bench/</code>, the systems in turn, each in a process of its own. Times are a peer's
seconds over ours. The machine's load was {{ run.machine.load_before }} before and {{ run.machine.load_after }} after.</p>
<table class="wide"><thead><tr><th>measured</th><th class="n">this run</th><th class="n">aim</th><th></th></tr></thead><tbody>
{% for claim in claims %}
<tr><td>{{ claim.says }}</td><td class="n">{{ said(claim, "value") }}</td><td class="n">{{ said(claim, "bar") }}</td>
<td class="{{ "ok" if claim.met else "no" }}">{{ "met" if claim.met else "missed" }}</td></tr>
{% endfor %}
</tbody></table>
</section>
<section class="history">
<h2>Over time</h2>
<p>{{ runs|length }} run{{ "s" if runs|length != 1 }}: {% for one in runs %}{{ one.date }} <code>{{ one.commit }}</code>{{ ", " if not loop.last }}{% endfor %}.</p>
<figure>{{ history|safe }}</figure>
</section>
{% if growth %}
<section>
<h2>As the work grows</h2>
{% for one in growth %}
<h3>{{ one.title }}</h3>
<div class="columns plots">{{ one.plots|safe }}</div>
{% endfor %}
</section>
{% endif %}
<section>
<h2>All rows</h2>
{% for part in run.parts %}
<details><summary>{{ part.script }}, {{ part.took }} s{{ ", ended in an error" if part.ended }}</summary>
<table class="wide"><thead><tr><th>measure</th><th class="n">size</th><th>system</th><th class="n">seconds</th><th class="n">peak MB</th></tr></thead><tbody>
{% for row in part.rows %}
<tr><td>{{ row.measure }}</td><td class="n">{{ "{:,}".format(row.size) }}</td><td>{{ row.system }}</td>
<td class="n">{{ "%.3f"|format(row.seconds) }}{{ " (clock)" if row.clock }}</td><td class="n">{{ "%.0f"|format(row.peak_mb) if row.peak_mb is not none }}</td></tr>
{% endfor %}
</tbody></table></details>
{% endfor %}
<details><summary>Versions</summary><p>{% for name, version in run.machine.versions.items() %}{{ name }} {{ version }}{{ ", " if not loop.last }}{% endfor %}</p></details>
</section>
</main>
<footer><p>Made by <code>make bench</code>. Nothing on this page is loaded from elsewhere.</p></footer>
</body>
</html>
"""


def main() -> None:
    """Write the page, or the README's table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("results", type=Path, help="folder of results")
    parser.add_argument("--readme", action="store_true", help="print the newest table into the README")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "build" / "bench.html")
    given = parser.parse_args()
    every = runs(given.results)
    if not every:
        parser.error(f"{given.results} holds no results: python bench/run.py makes some")
    if given.readme:
        readme(every[-1], ROOT / "README.md")
        return
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(page(every), encoding="utf-8")
    print(f"page: {os.path.relpath(given.output)}")


if __name__ == "__main__":
    main()
