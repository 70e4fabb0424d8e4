import { expect, it } from 'vitest'
import { clampRetryMs, readRetryAfterMs } from '../transports/retry-after.ts'

const now = Date.UTC(2026, 0, 1)

it.each([
  ['5', 5000],
  [' 5 ', 5000],
  ['0', 1000],
  ['-20', 1000],
  ['9999', 900_000],
  ['9'.repeat(400), 900_000],
  [new Date(now + 7000).toUTCString(), 7000],
  [new Date(now - 7000).toUTCString(), 1000],
  [new Date(now + 86_400_000).toUTCString(), 900_000],
  ['Thursday, 01-Jan-26 00:00:07 GMT', 7000],
  ['Thu Jan  1 00:00:07 2026', 7000],
  ['soon', undefined],
  ['', undefined],
  ['1e3', undefined],
  ['5, 5', undefined],
  [null, undefined],
])('Retry-After: %s waits %s ms', (value, waitMs) => {
  expect(readRetryAfterMs(value, now)).toBe(waitMs)
})

it.each(['in 5', 'try at 12:34:56 2036', '09:00:00 1', 'maybe 5 12:00:00', '2036'])(
  'what Date.parse would take for a date, and is none, says nothing: %s',
  (value) => {
    expect(Date.parse(value)).not.toBeNaN()
    const says = value === '2036' ? 900_000 : undefined // seconds
    expect(readRetryAfterMs(value, now)).toBe(says)
  },
)

it('what is no time is none', () => {
  expect([undefined, NaN, Infinity, -Infinity].map(clampRetryMs)).toEqual([
    undefined,
    undefined,
    900_000,
    1000,
  ])
})
