/** Draws CPU times against sizes, both on log scales, as an SVG with nothing outside itself. */

interface Panel {
  title: string
  axis: string
  /** Ascending, each twice the one before. */
  xs: number[]
  /** Milliseconds, by x. */
  ms: number[]
}

/** Of a panel, in pixels. */
const [WIDTH, HEIGHT] = [300, 240]
/** Where its axes are. */
const frame = {left: 56, right: WIDTH - 12, top: 34, bottom: HEIGHT - 42}
const ticks = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

/** Panels side by side, on one scale of time. Dark on white: a page of any theme may show it. */
export function drawGrowth(panels: Panel[]): string {
  const all = panels.flatMap(({ms}) => ms)
  const low = ticks.findLast((tick) => tick <= Math.min(...all)) ?? ticks[0]
  const high = ticks.find((tick) => tick >= Math.max(...all)) ?? Math.max(...all)
  const drawn = panels.map((panel, i) => {
    return `<g transform="translate(${i * WIDTH} 0)">${drawPanel(panel, low, high)}</g>`
  })
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${panels.length * WIDTH}" height="${HEIGHT}" role="img" font-family="sans-serif" font-size="11" fill="#333">`,
    `<title>CPU time to count, ${panels.map(({title}) => title).join(' and ')}</title>`,
    '<rect width="100%" height="100%" rx="6" fill="#fff"/>',
    ...drawn,
    '</svg>',
  ].join('\n')}\n`
}

function drawPanel({title, axis, xs, ms}: Panel, low: number, high: number): string {
  const {left, right, top, bottom} = frame
  const x = logScale(xs[0], xs[xs.length - 1], left + 8, right - 16)
  const y = logScale(low, high, bottom, top)
  const measured = xs.map((size, i) => `${x(size)},${y(ms[i])}`)
  // Twice the time for twice the size: through the last point, back to where the panel ends.
  const [lastX, lastMs] = [xs[xs.length - 1], ms[ms.length - 1]]
  const firstX = Math.max(xs[0], (lastX * low) / lastMs)
  return [
    `<text x="${left}" y="20" font-size="13" font-weight="bold">CPU time ${title}</text>`,
    `<text x="${right}" y="20" text-anchor="end" fill="#666">dashed: linear</text>`,
    ...ticks
      .filter((tick) => tick >= low && tick <= high)
      .map(
        (tick) =>
          `<path d="M${left} ${y(tick)}H${right}" stroke="#e5e5e5"/><text x="${left - 6}" y="${y(tick)}" dy="4" text-anchor="end">${timeLabel(tick)}</text>`,
      ),
    ...xs.map(
      (size) =>
        `<path d="M${x(size)} ${bottom}v4" stroke="#888"/><text x="${x(size)}" y="${bottom + 16}" text-anchor="middle">${sizeLabel(size)}</text>`,
    ),
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#888"/>`,
    `<text x="${(left + right) / 2}" y="${bottom + 33}" text-anchor="middle">${axis}</text>`,
    `<path d="M${x(firstX)} ${y((lastMs * firstX) / lastX)}L${x(lastX)} ${y(lastMs)}" stroke="#999" stroke-dasharray="4 4"/>`,
    `<polyline points="${measured.join(' ')}" fill="none" stroke="#0969da" stroke-width="2"/>`,
    ...xs.map((size, i) => `<circle cx="${x(size)}" cy="${y(ms[i])}" r="3" fill="#0969da"/>`),
  ].join('\n')
}

/** Maps `from` and `to` to pixels, and what is between by its logarithm, to a tenth of a pixel. */
function logScale(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => Number((start + ((end - start) * Math.log(value / from)) / Math.log(to / from)).toFixed(1))
}

function timeLabel(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`
}

function sizeLabel(size: number): string {
  return size < 1_000_000 ? `${size / 1000} k` : `${size / 1_000_000} M`
}
