export type {BadRow, Columns, Field, Id, OnBadRow, OrderLine} from './orders/order-line.ts'
