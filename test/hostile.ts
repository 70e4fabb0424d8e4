// Bodies that are nearly right: batches with one or more things wrong, in their values, their text, their bytes, their gzip.
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { batchOf, itemOf, NOW } from './batches.ts'

const stat = { id: 'a', type: 'codec', timestamp: 1 }
const stats = {
  metrics: { a: { rttMs: 3 } },
  audio: { inbound: [stat], outbound: [] },
  codec: [stat],
  raw: { codec: [stat] },
}
const ours = batchOf(
  [
    itemOf(0),
    itemOf(1, { event: 'stats', tag: 'stats', data: stats, rawStats: [], statsObject: {} }),
    itemOf(2, { partial: true, data: { deep: [[[{}]]] } }),
  ],
  { batchId: 'b', dropped: { evicted: 1 } },
)
const plainItem = { event: 'x', tag: 'x', peerId: 'a', peerName: 'A', timestamp: NOW, data: {} }
const plain = {
  sessionId: 'plain',
  sessionName: 'S',
  exportedAt: NOW,
  count: 2,
  items: [plainItem, { ...plainItem, tag: 'stats', data: { codec: [stat] } }],
}

/** What a member may be instead. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    '',
    [],
    {},
    -1,
    0.5,
    2 ** 53,
    1e308,
    '\0',
    '\ud800',
    '../../x',
    'a\r\nb\u001b[2J\u2028',
    'x'.repeat(1001),
    'x'.repeat(5000),
    NOW,
    '2026-02-30T12:00:00.000Z',
    '+275760-09-13T00:00:00.001Z',
    Array(2000).fill(0),
    Array(11_000).fill(null),
    JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    { toString: 1, toJSON: 1, length: -1 },
  ),
)

type Step = (tree: unknown) => unknown

/** Goes down by these numbers, and does something to the member where they end. */
function at(
  path: readonly number[],
  act: (holder: Record<string, unknown>, name: string) => void,
): Step {
  return (tree) => {
    let holder = tree as Record<string, unknown>
    for (const [depth, number] of path.entries()) {
      const names = Object.keys(holder)
      const name = names[number % Math.max(names.length, 1)]
      if (name === undefined) break
      const below = holder[name]
      const isLast = depth === path.length - 1
      if (isLast || typeof below !== 'object' || below === null) {
        act(holder, name)
        break
      }
      holder = below as Record<string, unknown>
    }
    return tree
  }
}

const path = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 })
const names = fc.constantFrom('__proto__', 'constructor', 'producer', 'items', 'seq', '', '\0', 'x')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(path, value)
    .map(([where, new_]) => at(where, (holder, name) => set(holder, name, new_))),
  fc
    .tuple(path, names, value)
    .map(([where, name, new_]) => at(where, (holder) => set(holder, name, new_))),
  path.map((where) => at(where, (holder, name) => void Reflect.deleteProperty(holder, name))),
)

/** As JSON.parse would: `__proto__` is a member like any other. */
function set(holder: Record<string, unknown>, name: string, what: unknown): void {
  const member: unknown = structuredClone(what)
  if (Array.isArray(holder)) holder.push(member)
  else
    Object.defineProperty(holder, name, {
      value: member,
      enumerable: true,
      configurable: true,
      writable: true,
    })
}

const text = fc
  .tuple(fc.constantFrom<object>(ours, plain), fc.array(step, { maxLength: 3 }))
  .map(([base, steps]) =>
    JSON.stringify(steps.reduce((tree, act) => act(tree), structuredClone(base) as unknown)),
  )

const piece = fc.oneof(
  fc.constantFrom(
    '\0',
    '\\ud800',
    '\\u0000',
    '"',
    '{',
    ']',
    ',',
    '\ufeff',
    '1e999',
    '-0',
    '{"a":1,"a":2}',
    'NaN',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
)

/** Cut off, or with a piece put in, over what stood there. */
const brokenText = fc
  .tuple(text, fc.double({ min: 0, max: 1, noNaN: true }), piece, fc.nat({ max: 3 }), fc.boolean())
  .map(([json, where, put, over, isCut]) => {
    const index = Math.floor(where * json.length)
    return isCut ? json.slice(0, index) : json.slice(0, index) + put + json.slice(index + over)
  })

const bytes = fc.oneof(
  { weight: 3, arbitrary: text.map((json) => Buffer.from(json)) },
  { weight: 2, arbitrary: brokenText.map((json) => Buffer.from(json)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some)) },
)

/** As it is, or with bytes turned, cut off, or more behind. */
const broken = fc
  .tuple(
    bytes,
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
    fc.nat(),
    fc.nat({ max: 9 }),
  )
  .map(([body, isGzip, turns, end, kind]) => {
    const sent = isGzip ? gzipSync(body) : Buffer.from(body)
    if (kind < 3) for (const [where, byte] of turns) sent[where % Math.max(sent.length, 1)] = byte
    if (kind === 3) return sent.subarray(0, end % (sent.length + 1))
    if (kind === 4) return Buffer.concat([sent, body])
    return kind === 5 ? Buffer.concat([sent, gzipSync(Buffer.alloc(100_000))]) : sent
  })

/** A body of an attacker who knows the wire. */
export const hostileBody: fc.Arbitrary<Buffer> = broken
