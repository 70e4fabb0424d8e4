// Counters with one label, whose values come from a list that is closed.
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Closed } from './closed.ts'

export interface Counted {
  readonly name: string
  readonly help: string
  readonly label: string
}

/** Adds to the series of a value, or of `other`. */
export type CountBy = (value: unknown, count?: number) => void

/** Every series is there from the beginning: one that appears with its first count has risen by nothing. */
export function createCountBy(
  registry: Registry,
  { name, help, label }: Counted,
  list: Closed,
): CountBy {
  const counter = new Counter({ name, help, labelNames: [label], registers: [registry] })
  for (const value of list.values) counter.inc({ [label]: value }, 0)
  return (value, count = 1) => counter.inc({ [label]: list.of(value) }, count)
}
