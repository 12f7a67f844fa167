import {BETWEEN, cut, cutList, dim, isolate, type Page, printable, widthOf} from './display.ts'

/** One column of a table. A cell of several texts shows as many as find room. */
export interface Column {
  head: string
  cells: readonly (string | readonly string[])[]
  align?: 'left' | 'right'
  /** Fewest columns it may be cut to where the page is narrow. Default: it is never cut. */
  least?: number
}

const GAP = 2

/** Rows of aligned columns under a dim head. */
export function table(columns: readonly Column[], page: Page): string[] {
  const widths = columnWidths(columns, page.width)
  const row = (texts: readonly (string | readonly string[])[]) =>
    ' '.repeat(GAP) +
    columns
      .map(({align}, c) => padded(texts[c], widths[c], align))
      .join(' '.repeat(GAP))
      .trimEnd()
  const rows = columns[0].cells.map((_, r) => row(columns.map(({cells}) => cells[r])))
  return [dim(row(columns.map(({head}) => head)), page), ...rows]
}

/** Each as wide as its widest cell; what does not fit is taken from the widest of those that may be cut. */
function columnWidths(columns: readonly Column[], pageWidth: number): number[] {
  const widths = columns.map(({head, cells}) =>
    cells.reduce(
      (widest, cell) =>
        Math.max(widest, widthOf(typeof cell === 'string' ? printable(cell) : cell.map(printable).join(BETWEEN))),
      widthOf(head),
    ),
  )
  let excess = widths.reduce((sum, width) => sum + GAP + width, 0) - pageWidth
  while (excess > 0) {
    const room = columns.map(({least}, c) => (least !== undefined && widths[c] > least ? widths[c] : 0))
    const widest = Math.max(...room)
    if (widest === 0) break
    widths[room.lastIndexOf(widest)]--
    excess--
  }
  return widths
}

function padded(cell: string | readonly string[], width: number, align: Column['align'] = 'left'): string {
  const text = typeof cell === 'string' ? isolate(cut(printable(cell), width)) : cutList(cell.map(printable), width)
  const blank = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? blank + text : text + blank
}
