import { expect, it } from 'vitest'
import { fileName, intervalAt } from '../collector/src/streams/file-name.ts'
import { isFileName } from '../collector/src/streams/sink.ts'

const at = (text: string): number => Date.parse(text)

it.each([
  ['2026-11-21T13:20:59.999Z', 60, '2026-11-21T13:00:00.000Z', '2026-11-21T14:00:00.000Z'],
  ['2026-11-21T13:00:00.000Z', 60, '2026-11-21T13:00:00.000Z', '2026-11-21T14:00:00.000Z'],
  ['2026-11-21T12:59:59.999Z', 60, '2026-11-21T12:00:00.000Z', '2026-11-21T13:00:00.000Z'],
  ['2026-11-21T13:20:59.999Z', 5, '2026-11-21T13:20:00.000Z', '2026-11-21T13:25:00.000Z'],
  ['2026-12-31T23:59:59.999Z', 1440, '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['1970-01-01T00:00:00.000Z', 1, '1970-01-01T00:00:00.000Z', '1970-01-01T00:01:00.000Z'],
])(
  'an interval aligns to the epoch, and has its start and not its end: %s, %i min',
  (time, minutes, start, end) => {
    expect(intervalAt(at(time), minutes)).toEqual({ start: at(start), end: at(end) })
  },
)

it.each([
  ['2026-11-21T13:00:00Z', 60, 0, '2026-11-21/2026-11-21T13-00Z-60m-0.json'],
  ['2026-01-02T03:05:00Z', 5, 12, '2026-01-02/2026-01-02T03-05Z-5m-12.json'],
  ['2026-12-31T00:00:00Z', 1440, 0, '2026-12-31/2026-12-31T00-00Z-1440m-0.json'],
])(
  'the name of a file is made of its interval and its shard: %s',
  (start, minutes, shard, name) => {
    expect(fileName(at(start), minutes, shard)).toBe(name)
    expect(isFileName(name)).toBe(true)
  },
)

it('sorted by name is sorted by time', () => {
  const starts = ['2026-11-21T13:05', '2026-11-21T09:55', '2027-01-01T00:00', '2026-02-28T23:59']
  const sort = (texts: string[]): string[] => texts.map((text) => fileName(at(`${text}Z`), 1, 0))
  expect(sort(starts).sort()).toEqual(sort(starts.sort()))
})

it.each([
  '',
  '/',
  'a/',
  '/a',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../b',
  'a/./b',
  'a\\b',
  'a\nb',
  'a\u0000',
  'a\ud800',
])('what leads out of a place, or means nothing there, is no name: %j', (name) =>
  expect(isFileName(name)).toBe(false),
)

it.each(['a', 'a/b.json', '...', '.a', 'a..b', '\u4f1a\u8b70 1.json'])(
  'any other is one: %j',
  (name) => {
    expect(isFileName(name)).toBe(true)
  },
)
