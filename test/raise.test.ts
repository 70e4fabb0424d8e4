import { expect, it } from 'vitest'
import { Emitter } from '../src/emitter.ts'
import type { ExporterEvents } from '../src/events.ts'
import { raiseOn } from '../src/raise.ts'
import type { Item, Tag } from '../src/wire.ts'

function itemOf(event: string, tag: Tag): Item {
  const nobody = { peerId: null, peerName: null, pcId: null }
  const timestamp = '2026-01-01T00:00:00.000Z'
  return { event, tag, ...nobody, seq: 0, timestamp, interval: 2000, data: null }
}

it('a mark that the app names as an event of ours is on the timeline alone', () => {
  const seen: string[] = []
  const emitter = new Emitter<ExporterEvents>(() => {})
  for (const name of ['timeline', 'stats', 'queue'] as const) {
    emitter.on(name, () => seen.push(name))
  }
  const raise = raiseOn(emitter)
  raise({ name: 'item', item: itemOf('stats', 'application') })
  raise({ name: 'item', item: itemOf('queue', 'application') })
  expect(seen).toEqual(['timeline', 'timeline'])
  raise({ name: 'item', item: itemOf('stats', 'stats') })
  expect(seen).toEqual(['timeline', 'timeline', 'timeline', 'stats'])
})
