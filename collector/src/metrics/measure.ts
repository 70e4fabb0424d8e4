// Histograms of numbers that strangers send: what no call can have is counted, and kept out.
import { Counter, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

export interface Measured {
  readonly name: string
  readonly help: string
  readonly bounds: readonly number[]
  /** From what is sent to the unit in the name. @default 1 */
  readonly scale?: number
  /** In the unit in the name; the least is 0. One number beyond would spoil the sum for good. */
  readonly max: number
}

/** Takes a value as it was sent; what is undefined was not. */
type Observe<Label extends string> = (
  labels: Readonly<Record<Label, string>>,
  sent: unknown,
) => void

/** Makes histograms of such values, with one count of what was kept out of all of them. */
export type Measure = <Label extends string>(
  measured: Measured,
  labelSets: readonly Readonly<Record<Label, string>>[],
) => Observe<Label>

/** Each series is there from the beginning: one that appears with its first value has risen by nothing. */
export function createMeasure(registry: Registry): Measure {
  const implausible = new Counter({
    name: 'webrtc_stats_collector_implausible_values_total',
    help: 'Numbers of items that no call can have, or that are none. They are in no histogram.',
    registers: [registry],
  })
  return (measured, labelSets) => {
    const { name, help, bounds, scale = 1, max } = measured
    const labelNames = Object.keys(labelSets[0] ?? {})
    const histogram = new Histogram({
      ...{ name, help, labelNames, buckets: [...bounds] },
      registers: [registry],
    })
    for (const labels of labelSets) histogram.zero(labels)
    return (labels, sent) => {
      if (sent === undefined) return
      const value = typeof sent === 'number' ? sent * scale : Number.NaN
      if (value >= 0 && value <= max) histogram.observe(labels, value)
      else implausible.inc()
    }
  }
}
