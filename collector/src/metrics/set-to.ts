// Counters of which somebody else keeps the count.
import type { Counter } from 'prom-client'

/** The series has this value now. */
export function setTo<Label extends string>(
  counter: Counter<Label>,
  labels: Partial<Record<Label, string>>,
  value: number,
): void {
  counter.remove(labels)
  counter.inc(labels, value)
}
