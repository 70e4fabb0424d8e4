// Whether a poll is as cheap as it is to be: beside the read floor, and beside everybody else.
import { PEERS } from './contenders.ts'
import type { Peer, PeerName } from './contenders.ts'
import type { Figures } from './figures.ts'
import type { Reading } from './reading.ts'

/** Of the read floor (PERFORMANCE: the aim is 1). */
const MOST = 1.3
/** Than the cheapest peer that ships what it reads. */
const LEAST = 2

const NAMES = Object.keys(PEERS) as PeerName[]

/** By the quietest blocks; what was not measured is not judged. */
export function judge(scenario: string, figures: Figures): Reading[] {
  const costOf = (name: Parameters<Figures['get']>[0]): number =>
    figures.get(name)?.quietestMs ?? NaN
  const ours = costOf('ours')
  const readings: Reading[] = []

  const ratio = ours / costOf('floor')
  if (!Number.isNaN(ratio)) {
    readings.push({
      what: `${scenario}: a poll, of the read floor`,
      measured: `${ratio.toFixed(2)} x`,
      target: `≤ ${MOST} x`,
      isMet: ratio <= MOST,
    })
  }
  const measured = NAMES.filter((name) => !Number.isNaN(costOf(name) / ours))
  const atLeast = (name: PeerName, what: string, factor: number): Reading => {
    const times = costOf(name) / ours
    return {
      what: `${scenario}: ${what}, of ours`,
      measured: `${times.toFixed(1)} x`,
      target: `≥ ${factor} x`,
      isMet: times >= factor,
    }
  }
  const [cheapest] = measured
    .filter((name) => PEERS[name].ships)
    .toSorted((a, b) => costOf(a) - costOf(b))
  if (cheapest) {
    const what = `the cheapest peer that ships (${PEERS[cheapest].label})`
    readings.push(atLeast(cheapest, what, LEAST))
  }
  for (const name of measured) {
    const { label, atLeast: factor }: Peer = PEERS[name]
    if (factor !== undefined) readings.push(atLeast(name, label, factor))
  }
  return readings
}
