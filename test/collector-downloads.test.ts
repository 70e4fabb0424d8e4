// What of a session can be downloaded from the collector.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunningCollector } from '../collector/src/serve.ts'
import { batchOf, itemOf } from './batches.ts'
import { download, putAll, startEmpty } from './downloading.ts'

let collector: RunningCollector

beforeEach(async () => {
  collector = await startEmpty()
})

afterEach(async () => collector.close())

test('who asks for its head alone is no reader', async () => {
  await putAll(collector, [batchOf([itemOf(0)])])
  const method = 'HEAD'
  for (let count = 0; count < 10; count++) await fetch(`${collector.url}/sessions/s`, { method })
  expect((await download(collector, 's')).status).toBe(200)
})
