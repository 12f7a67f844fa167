import {matchColumns, type PlainLine, toLine, withPoint} from './columns.ts'
import type {CsvSource} from './csv-rows.ts'
import {type Columns, type Field, fields, type OrderLine} from './order-line.ts'
import type {TableOptions} from './table-options.ts'
import {type TableKind, TableReader} from './table-reader.ts'

export type {CsvSource} from './csv-rows.ts'

export interface ReadOptions extends TableOptions {
  /**
   * Which column holds which field, by its name in the header. A field that is not named takes a column with a
   * well-known name (`StockCode`, `order_id`, `Quantity`, …), except `weight`; `null` leaves a field out. Default `{}`.
   */
  columns?: Columns | undefined
  /**
   * Changes a line, or drops it by `null`; dropped lines are counted as `'map'`. `line.at` is in milliseconds since
   * 1970; `row` holds every column by its name, of columns with the same name the first. What it gives is checked like
   * any line, and not awaited. Default: lines stay as they are.
   */
  map?: ((line: PlainLine, row: Record<string, string>) => OrderLine | null) | undefined
}

/** Made by `readOrders`. Leaving a loop over it early closes the source. */
export type OrderReader = TableReader<PlainLine, Field>

/**
 * The order lines of a CSV file or stream, gzipped or not, read as they are asked for.
 *
 *     for await (const line of readOrders('orders.csv.gz')) …
 */
export function readOrders(source: CsvSource, options: ReadOptions = {}): OrderReader {
  return new TableReader(orderTable, source, options)
}

const orderTable: TableKind<PlainLine, PlainLine, Field> = {
  caller: 'readOrders',
  holds: 'orders',
  entry: 'a line',
  fields,
  open(header, wanted, {dateFormat, decimalComma}) {
    const positions = matchColumns(header, wanted)
    const {item, order, customer, quantity, at, price, weight} = positions
    return {
      positions,
      read(values) {
        const valueAt = (position: number | undefined) => (position === undefined ? undefined : values[position])
        const raw = {
          item: valueAt(item),
          order: valueAt(order),
          customer: valueAt(customer),
          quantity: valueAt(quantity),
          at: valueAt(at),
          price: valueAt(price),
          weight: valueAt(weight),
        }
        if (decimalComma) {
          raw.quantity = withPoint('quantity', raw.quantity)
          raw.price = withPoint('price', raw.price)
          raw.weight = withPoint('weight', raw.weight)
        }
        return toLine(raw, dateFormat)
      },
      check: (mapped) => toLine(mapped),
    }
  },
}
