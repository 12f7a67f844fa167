import {accuracyPlot} from './accuracy-plot.ts'
import type {Evaluation} from './evaluate.ts'
import {asMarkup, type Markup, markup, textOf} from './markup.ts'
import {style} from './report-style.ts'
import {methodTable, sizeTable} from './report-tables.ts'
import {
  CAVEAT,
  FROM_ONE_DATE_NOTE,
  glossary,
  methodNotes,
  outcomeOf,
  partsOf,
  percent,
  wordsOf,
} from './report-words.ts'
import {sizePlots} from './size-plot.ts'
import type {TaskResult} from './summary.ts'

/** What `reportPage` can be told. */
export interface PageOptions {
  /** The heading, such as the name of the shop. Default `'How good are the recommendations?'`. */
  title?: string | undefined
}

/**
 * An evaluation as a page of HTML that needs nothing outside itself, with plots and tables: for a file, or for a service to
 * serve. It holds no script. The same evaluation gives the same page.
 *
 *     writeFile('report.html', reportPage(await evaluate(readOrders('orders.csv'))))
 */
export function reportPage(
  evaluation: Evaluation,
  {title = 'How good are the recommendations?'}: PageOptions = {},
): string {
  const {full, fromOneDate} = partsOf(evaluation)
  return textOf(markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${asMarkup(style)}</style>
</head>
<body>
<main>
<header>
<h1><bdi>${title}</bdi></h1>
<p class="lead">What alsobought would have recommended, next to what customers then bought.</p>
</header>
<ul class="cards">
${full.map(card)}
</ul>
${full.map(section)}
${fromOneDate.length === 0 ? '' : oneDateSection(fromOneDate)}
<footer>
<h2>How to read this</h2>
<dl>
${glossary.map(([word, meaning]) => markup`<dt>${word}</dt><dd>${meaning}</dd>\n`)}
</dl>
<h3>How it was measured</h3>
${methodNotes(evaluation).map((note) => markup`<p>${note}</p>\n`)}
<p><strong>${CAVEAT}</strong></p>
</footer>
</main>
</body>
</html>
`)
}

function card(task: TaskResult): Markup {
  const [ours] = task.methods
  return markup`<li><a href="#${anchorOf(task)}"><strong>${wordsOf(task).title}</strong><b>${percent(ours.hitRate)}</b><span>of the lists of ten hold something that was bought</span><em>${outcomeOf(task)}</em></a></li>
`
}

function section(task: TaskResult): Markup {
  const {title, asked} = wordsOf(task)
  return markup`<section id="${anchorOf(task)}">
<h2>${title}</h2>
<p class="asked">${asked}</p>
<p class="outcome">${outcomeOf(task)}</p>
<div class="beside">
<figure>${accuracyPlot(task)}<figcaption>Up: more accurate. Right: more of the items are ever shown. Point at a dot for its figures.</figcaption></figure>
${methodTable(task)}
</div>
<h3>By size</h3>
<div class="panels">${sizePlots(task)}</div>
<p class="note">Dashed: alsobought. A whisker is where a method lies beside it in 95 of 100 samples; one that reaches the dashed line is within noise.</p>
<details><summary>The same by size, as a table</summary>${sizeTable(task)}</details>
</section>
`
}

function oneDateSection(tasks: readonly TaskResult[]): Markup {
  return markup`<section>
<h2>The same questions about customers, all asked on one date</h2>
<p class="asked">Where the newest fifth of the orders begins. ${FROM_ONE_DATE_NOTE}</p>
${tasks.map((task) => {
  const {title, asked} = wordsOf(task)
  return markup`<h3>${title}</h3>
<p class="asked">${asked}</p><p class="outcome">${outcomeOf(task)}</p>
<details><summary>All figures</summary>${methodTable(task)}${sizeTable(task)}</details>
`
})}
</section>
`
}

function anchorOf({task}: TaskResult): string {
  return task.replace(/ /g, '-')
}
