/** How the page looks: in the fonts of whoever reads it, light or dark as they like, on any width. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1b2430; --soft: #5a6676; --line: #e1e5ea;
  --ours: #c2410c; --measure: #4a72a8; --baseline: #98a2b0; --good: #166534; --bad: #a02020;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2029; --ink: #e7ebf0; --soft: #9aa6b5; --line: #2d3642;
    --ours: #fb923c; --measure: #7ea6dd; --baseline: #6d7887; --good: #6ee79b; --bad: #ff9d9d;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 56px }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -.01em }
h2 { font-size: 22px; line-height: 1.25; margin: 0 0 4px }
h3 { font-size: 16px; margin: 24px 0 8px }
p { margin: 0 0 8px; max-width: 46em }
.lead, .asked, .note, figcaption { color: var(--soft) }
a { color: inherit }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(205px, 1fr)); gap: 14px; margin: 24px 0; padding: 0; list-style: none }
.cards a, section, footer { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
.cards li { display: grid }
.cards a { padding: 16px 18px; text-decoration: none; font-size: 14px; line-height: 1.4 }
.cards a:hover { border-color: var(--ours) }
.cards b { display: block; font-size: 32px; line-height: 1.2; color: var(--ours); font-variant-numeric: tabular-nums }
.cards strong { display: block; font-size: 15px; margin-bottom: 6px }
.cards span { display: block; color: var(--soft) }
.cards em { display: block; font-style: normal; margin-top: 8px }
section, footer { padding: 24px 26px; margin-top: 22px }
.outcome { font-weight: 600 }
.beside { display: grid; gap: 24px; align-items: start }
.beside > * { min-width: 0 }
figure { margin: 12px 0 0; min-width: 0 }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(290px, 100%), 1fr)); gap: 16px 26px }
.panels svg { max-width: 480px }
figcaption { font-size: 13.5px; margin-top: 6px }
.plot { display: block; width: 100%; height: auto; max-width: 620px; font: 11.5px system-ui, sans-serif; fill: var(--ink) }
.plot .grid { stroke: var(--line); fill: none } .plot .axis { stroke: var(--baseline); fill: none }
.plot .tick, .plot .value { fill: var(--soft); font-variant-numeric: tabular-nums } .plot .axis-name { fill: var(--soft) }
.plot .ideal { fill: var(--ours); opacity: .07 } .plot .ideal-name { fill: var(--ours) }
.plot .panel-name { font-size: 14px; font-weight: 600 }
.plot circle { stroke: var(--card); stroke-width: 1.5 }
.plot .mark.ours { fill: var(--ours) } .plot .mark.measure { fill: var(--measure) } .plot .mark.baseline { fill: var(--baseline) }
.plot .label.ours { fill: var(--ours); font-weight: 700 } .plot .label.baseline { fill: var(--soft) }
.plot .tie { stroke: var(--baseline); stroke-width: .8; fill: none }
.plot .whisker { stroke: var(--ink); stroke-width: 1.2; fill: none }
.plot .reference { stroke: var(--ours); stroke-dasharray: 3 3; fill: none }
.scroll { overflow-x: auto; margin-top: 12px; overflow-wrap: normal }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: 5px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--card); padding-left: 0 }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; white-space: normal } tbody th { font-weight: 500 }
tr.ours th, tr.ours td { color: var(--ours); font-weight: 700 } tr.baseline th, tr.baseline td { color: var(--soft) }
td.interval { color: var(--soft); font-size: 12px; font-weight: 400 }
tbody tr:hover > * { background: var(--page) }
.better { color: var(--good); font-weight: 600 } .worse { color: var(--bad) } .noise { color: var(--soft) }
details { margin-top: 14px } summary { cursor: pointer; color: var(--soft) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; font-size: 14.5px }
dt { font-weight: 600 } dd { margin: 0; color: var(--soft) }
@media (min-width: 1100px) { .beside { grid-template-columns: 20fr 31fr } }
@media (max-width: 600px) {
  main { padding: 20px 12px 40px } section, footer { padding: 18px 14px } h1 { font-size: 25px }
  dl { grid-template-columns: 1fr } dd { margin-bottom: 8px }
}
@media print { body { background: none } section, footer { break-inside: avoid } }
`
