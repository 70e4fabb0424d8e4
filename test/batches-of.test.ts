// A downloaded session put into a collector again.
import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import type { RunningCollector } from '../collector/src/serve.ts'
import { batchOf, itemOf } from './batches.ts'
import { download, putAll, startEmpty } from './downloading.ts'
import { batchesOf, deliveriesOf } from './replay/batches-of.ts'

const collectors: RunningCollector[] = []
afterEach(async () => {
  await Promise.all(collectors.splice(0).map((collector) => collector.close()))
})

async function roundTrip(sessionId: string, bodies: readonly unknown[]): Promise<string> {
  const collector = await startEmpty()
  collectors.push(collector)
  await putAll(collector, bodies)
  return (await download(collector, sessionId, '/items.jsonl')).text()
}

/** Of each line; when it was received is the collector's own clock. */
const linesOf = (jsonl: string): unknown[] =>
  jsonl
    .split('\n')
    .slice(0, -1)
    .map((line) => ({ ...(JSON.parse(line) as object), receivedAt: null }))

const upTo = (count: number) => Array.from({ length: count }, (_, seq) => itemOf(seq))

it('gives the same lines', async () => {
  const plain = readFileSync(new URL('fixtures/wire-batch.connection.json', import.meta.url))
  const { sessionId } = JSON.parse(plain.toString()) as { sessionId: string }
  const partial = itemOf(3, { partial: true, data: null })
  const first = await roundTrip(sessionId, [
    batchOf([...upTo(3), partial], { sessionId, exportedAt: '2026-03-01T12:00:00.000Z' }),
    batchOf([itemOf(4)], { sessionId, sessionName: 'Simple Test' }),
    batchOf(upTo(120), { sessionId, producer: 'another' }),
    JSON.parse(plain.toString()),
  ])
  const again = await roundTrip(sessionId, batchesOf(first))
  expect(linesOf(again)).toEqual(linesOf(first))
  expect(linesOf(first)).toHaveLength(5 + 120 + 8)
})

it('is in bodies of fifty items or a megabyte, the same each time', async () => {
  const large = itemOf(60, { data: 'x'.repeat(999_000) })
  const jsonl = await roundTrip('s', [batchOf([...upTo(60), large])])
  const bodies = batchesOf(jsonl)
  expect(bodies.map(({ items }) => items.length)).toEqual([50, 10, 1])
  expect(batchesOf(new TextEncoder().encode(jsonl))).toEqual(bodies)
})

it('comes when it came', async () => {
  const jsonl = await roundTrip('s', [batchOf(upTo(3)), batchOf([itemOf(3)])])
  const received = jsonl
    .split('\n')
    .filter((_, at) => at === 0 || at === 3)
    .map((line) => (JSON.parse(line) as { receivedAt: string }).receivedAt)
  const late = jsonl.replaceAll(received[1] ?? '', '2026-03-01T12:00:00.000Z')
  expect(deliveriesOf(late).map(({ receivedAt, body }) => [receivedAt, body.items.length])).toEqual(
    [
      [received[0], 3],
      ['2026-03-01T12:00:00.000Z', 1],
    ],
  )
})

it('is refused with the number of the line that is wrong', () => {
  expect(() => batchesOf('\n{"sessionId":1}\n')).toThrow('line 2.sessionId: expected a text, got 1')
})
