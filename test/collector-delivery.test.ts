// Files that wait go to their place in order, and again until they have arrived.
import { describe, expect, it } from 'vitest'
import { Delivery } from '../collector/src/streams/delivery.ts'
import type { PutResult, Sink } from '../collector/src/streams/sink.ts'
import { createWaiting } from './collector-waiting.ts'
import type { Waiting } from './collector-waiting.ts'
import { createFakeClock } from './fake-clock.ts'

const OK: PutResult = { status: 'ok' }
const DOWN: PutResult = { status: 'retry', reason: 'The place is down.' }
const REFUSED: PutResult = { status: 'refused', reason: 'It is too large.' }

type Say = (name: string, signal: AbortSignal) => PutResult | Promise<PutResult>

/** A place that says what the test wants, a delivery to it, and all that was put and logged. */
function setUp(files: Waiting, say: Say, random = (): number => 1) {
  const clock = createFakeClock()
  const puts: string[] = []
  const lines: string[] = []
  const place = { say }
  const sink: Sink = {
    name: 'place',
    async put(name, body, signal) {
      puts.push(`${(clock.now() - start) / 1000} s ${name} ${new TextDecoder().decode(body)}`)
      return place.say(name, signal)
    },
  }
  const start = clock.now()
  const log = (line: string): void => void lines.push(line)
  const delivery = new Delivery({ files, sink, clock, random, log })
  return { clock, puts, lines, place, delivery }
}

describe('a delivery', () => {
  it('puts one file after the other, the oldest first, and then rests', async () => {
    const files = createWaiting({ a: '1', b: '2' })
    let under = 0
    const { clock, puts, lines, delivery } = setUp(files, async () => {
      expect(++under).toBe(1)
      await Promise.resolve()
      under--
      return OK
    })
    delivery.wake()
    delivery.wake()
    await clock.advance(3_600_000)
    expect(puts).toEqual(['0 s a 1', '0 s b 2'])
    expect(files.names()).toEqual([])
    expect(lines).toEqual([])
  })

  it('is woken by a file that comes later', async () => {
    const files = createWaiting()
    const { clock, puts, delivery } = setUp(files, () => OK)
    delivery.wake()
    await clock.advance(5000)
    files.add('a', '1')
    delivery.wake()
    await clock.advance(0)
    expect(puts).toEqual(['5 s a 1'])
  })

  it('hears of a file that comes while it looks for the last time', async () => {
    const files = createWaiting()
    const { next } = files
    files.next = async (except) => {
      const found = await next(except)
      if (!found && files.names().length === 0 && puts.length === 0) {
        files.add('a', '1')
        delivery.wake()
      }
      return found
    }
    const { clock, puts, delivery } = setUp(files, () => OK)
    delivery.wake()
    await clock.advance(0)
    expect(puts).toEqual(['0 s a 1'])
  })

  it('leaves the newer bytes of a name waiting when the older ones have arrived', async () => {
    const files = createWaiting({ a: 'old' })
    const { clock, puts, place, delivery } = setUp(files, () => OK)
    place.say = () => {
      files.add('a', 'new')
      place.say = () => OK
      return OK
    }
    delivery.wake()
    await clock.advance(0)
    expect(puts).toEqual(['0 s a old', '0 s a new'])
    expect(files.names()).toEqual([])
  })
})

describe('a place that is down', () => {
  it('is tried after 1 s, 2 s, 4 s and so on up to 5 min, and nothing is given up', async () => {
    const files = createWaiting({ a: '1', b: '2' })
    const { clock, puts, delivery } = setUp(files, () => DOWN)
    delivery.wake()
    await clock.advance(1_200_000)
    const seconds = [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111]
    expect(puts).toEqual(seconds.map((second) => `${second} s a 1`))
    expect(files.names()).toEqual(['a', 'b'])
  })

  it('is tried after anything from nothing to that: full jitter', async () => {
    const { clock, puts, delivery } = setUp(
      createWaiting({ a: '1' }),
      () => DOWN,
      () => 0.25,
    )
    delivery.wake()
    await clock.advance(1800)
    expect(puts).toEqual(['0 s a 1', '0.25 s a 1', '0.75 s a 1', '1.75 s a 1'])
  })

  it('is not tried sooner for a file that comes meanwhile', async () => {
    const files = createWaiting({ a: '1' })
    const { clock, puts, delivery } = setUp(files, () => DOWN)
    delivery.wake()
    await clock.advance(500)
    files.add('b', '2')
    delivery.wake()
    await clock.advance(499)
    expect(puts).toEqual(['0 s a 1'])
  })

  it('is not tried before it said so', async () => {
    const { clock, puts, delivery } = setUp(createWaiting({ a: '1' }), () => ({
      ...DOWN,
      afterMs: 90_000,
    }))
    delivery.wake()
    await clock.advance(180_000)
    expect(puts).toEqual(['0 s a 1', '90 s a 1', '180 s a 1'])
  })

  it('gets all of it when it is back, and from then on waits begin short again', async () => {
    const files = createWaiting({ a: '1', b: '2' })
    const { clock, puts, place, delivery } = setUp(files, () => DOWN)
    delivery.wake()
    await clock.advance(7000)
    place.say = (name) => (name === 'a' ? OK : DOWN)
    await clock.advance(8000)
    expect(puts.slice(4)).toEqual(['15 s a 1', '15 s b 2'])
    await clock.advance(1000)
    expect(puts.slice(6)).toEqual(['16 s b 2'])
    expect(files.names()).toEqual(['b'])
  })

  it('is one line when it begins, when its reason changes and when it ends', async () => {
    const { clock, lines, place, delivery } = setUp(createWaiting({ a: '1' }), () => DOWN)
    delivery.wake()
    await clock.advance(100_000)
    place.say = () => ({ status: 'retry', reason: 'The secret is wrong.' })
    await clock.advance(1_000_000)
    place.say = () => OK
    await clock.advance(1_000_000)
    expect(lines).toEqual([
      'place: files wait: The place is down.',
      'place: files wait: The secret is wrong.',
      'place: files arrive again',
    ])
  })
})

describe('a file that is refused', () => {
  it('holds up no other, is told once, and is tried again', async () => {
    const files = createWaiting({ a: '1', b: '2', c: '3' })
    const { clock, puts, lines, place, delivery } = setUp(files, (name) =>
      name === 'b' ? REFUSED : OK,
    )
    delivery.wake()
    await clock.advance(3000)
    expect(puts).toEqual(['0 s a 1', '0 s b 2', '0 s c 3', '1 s b 2', '3 s b 2'])
    expect(lines).toEqual(['place: b waits: It is too large.'])
    place.say = () => OK
    await clock.advance(4000)
    expect(files.names()).toEqual([])
  })

  it('is one of 100 that are passed over: what they are held in has an end', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `file-${index}`)
    const files = createWaiting(Object.fromEntries(names.map((name) => [name, '1'])))
    const { clock, puts, delivery } = setUp(files, () => REFUSED)
    delivery.wake()
    await clock.advance(999)
    expect(puts).toHaveLength(100)
  })
})

describe("a failure of the collector's own store", () => {
  it.each(['next', 'done'] as const)(
    'is told once, and a file goes again when it is over: %s',
    async (method) => {
      const files = createWaiting({ a: '1' })
      const works = { [method]: files[method] }
      const locked = (): Promise<never> => Promise.reject(new Error('database is locked'))
      Object.assign(files, { [method]: locked })
      const { clock, puts, lines, delivery } = setUp(files, () => OK)
      delivery.wake()
      await clock.advance(5000)
      Object.assign(files, works)
      await clock.advance(2000)
      expect(lines).toEqual(['place: failed: database is locked', 'place: files arrive again'])
      expect(puts.at(-1)).toBe('7 s a 1')
      expect(files.names()).toEqual([])
    },
  )
})

describe('a delivery that is closed', () => {
  it('stops the put that is under way, and waits for its end', async () => {
    const files = createWaiting({ a: '1', b: '2' })
    const { clock, puts, lines, delivery } = setUp(
      files,
      (_, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(DOWN))),
    )
    delivery.wake()
    await clock.advance(0)
    await delivery.close()
    delivery.wake()
    await clock.advance(3_600_000)
    expect(puts).toEqual(['0 s a 1'])
    expect(files.names()).toEqual(['a', 'b'])
    expect(lines).toEqual([])
  })

  it('keeps no file waiting that arrived all the same', async () => {
    const files = createWaiting({ a: '1', b: '2' })
    const { clock, puts, delivery } = setUp(
      files,
      (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(OK))),
    )
    delivery.wake()
    await clock.advance(0)
    await delivery.close()
    expect(puts).toEqual(['0 s a 1'])
    expect(files.names()).toEqual(['b'])
  })

  it('ends a wait at once, tries nothing more, and may be closed twice', async () => {
    const { clock, puts, delivery } = setUp(createWaiting({ a: '1' }), () => DOWN)
    delivery.wake()
    await clock.advance(0)
    await delivery.close()
    await delivery.close()
    await clock.advance(3_600_000)
    expect(puts).toEqual(['0 s a 1'])
  })

  it('waits for nothing more where its store fails meanwhile', async () => {
    const files = createWaiting({ a: '1' })
    let fail = (): void => {}
    files.next = () =>
      new Promise((_, reject) => (fail = () => reject(new Error('database is closed'))))
    const { clock, puts, delivery } = setUp(files, () => OK)
    delivery.wake()
    const closed = delivery.close()
    fail()
    await closed
    await clock.advance(3_600_000)
    expect(puts).toEqual([])
  })
})
