// Collectors to be scraped, what is sent to them, and what they answer.
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import type { Item } from '../src/wire.ts'
import { itemOf } from './batches.ts'
import { readExposition } from './exposition.ts'
import { ask } from './posting.ts'

/** Of limits for each address it has its own. */
const SCRAPER = '127.0.0.9'
const running: RunningCollector[] = []

/** A collector that says nothing; `stopAll` ends it. */
export async function start(options: Partial<ServeOptions> = {}): Promise<RunningCollector> {
  const collector = await startCollector({ log: () => {}, ...options })
  running.push(collector)
  return collector
}

/** Ends all that were started. */
export async function stopAll(): Promise<void> {
  for (const collector of running.splice(0)) await collector.close()
}

/** The status that a body is answered with. */
export async function post({ url }: RunningCollector, body: unknown): Promise<number> {
  const response = await fetch(`${url}/ingest`, { method: 'POST', body: JSON.stringify(body) })
  return response.status
}

/** Every series of the collector, by name and labels. */
export async function scrape({ url }: RunningCollector): Promise<ReadonlyMap<string, number>> {
  const { text } = await ask(`${url}/metrics`, { localAddress: SCRAPER })
  return readExposition(text).series
}

/** A poll, with what it says of the call. */
export function pollOf(seq: number, quality: object, more: Partial<Item> = {}): Item {
  const judged = { audioMos: {}, videoScore: {}, muted: [], callSetupMs: null }
  const data = { metrics: {}, quality: { audio: {}, video: {}, ...judged, ...quality } }
  return itemOf(seq, { event: 'stats', tag: 'stats', data, ...more })
}

/** A poll of a call that is heard. */
export function talkOf(seq: number, aggregate: object, more: Partial<Item> = {}): Item {
  return pollOf(seq, { audio: { inbound: { streams: 1, ...aggregate } } }, more)
}
