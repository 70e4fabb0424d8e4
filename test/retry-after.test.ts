import { expect, it } from 'vitest'
import { readRetryAfterMs } from '../transports/retry-after.ts'

const now = Date.UTC(2026, 0, 1)

it.each([
  ['5', 5000],
  ['0', 1000],
  ['-20', 1000],
  ['9999', 900_000],
  [new Date(now + 7000).toUTCString(), 7000],
  [new Date(now - 7000).toUTCString(), 1000],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After: %s waits %s ms', (value, waitMs) => {
  expect(readRetryAfterMs(value, now)).toBe(waitMs)
})
