import { describe, expect, it } from 'vitest'
import { Connections } from '../src/connections.ts'
import { Outbox } from '../src/outbox.ts'
import { WORKER_NAME } from '../src/protocol.ts'
import type { PageMessage } from '../src/protocol.ts'

/** As much of an RTCPeerConnection as is read, with a report that comes when the test says so. */
class Peer extends EventTarget {
  readonly signalingState = 'stable'
  readonly connectionState = 'connected'
  iceConnectionState = 'connected'
  readonly iceGatheringState = 'complete'
  answer: () => void = () => {}

  getStats(): Promise<ReadonlyMap<string, object>> {
    return new Promise((resolve) => {
      this.answer = () => resolve(new Map([['a', { id: 'a', type: 'codec', timestamp: 1 }]]))
    })
  }
}

function create() {
  const outbox = new Outbox()
  const messages: PageMessage[] = []
  outbox.connect({ postMessage: (posted) => messages.push(posted[WORKER_NAME]) })
  const failures: string[] = []
  const connections = new Connections(outbox, false, {
    onNegotiated() {},
    onReadFailure: (error) => failures.push(error.message),
  })
  const add = (peerId: string): Peer => {
    const pc = new Peer()
    connections.add(peerId, peerId, pc as never)
    return pc
  }
  /** As the page answers a pull. */
  const answer = async (tick: number): Promise<void> => {
    await connections.read()
    outbox.post({ type: 'reports', tick, reports: connections.take() })
  }
  return { connections, messages, outbox, failures, add, answer }
}

describe('connections', () => {
  it('a sample that a pull and a removal both wait for is posted before the removal is over', async () => {
    const { connections, messages, add, answer } = create()
    const pc = add('alice')
    const answered = answer(1)
    const removed = connections.removeAll()
    pc.answer()
    await removed
    const posted = messages.map((message) =>
      message.type === 'reports' ? message.reports.map(({ seq }) => seq) : message.type,
    )
    expect(posted.filter((what) => what.length > 0)).toEqual(['event', [1], 'event'])
    await answered
  })

  it('the worker forgets who is removed, and nobody at the end', async () => {
    const { connections, messages, add } = create()
    const [alice, bob] = [add('alice'), add('bob')]
    const removed = connections.remove('alice')
    const ended = connections.removeAll()
    for (const pc of [alice, bob]) pc.answer()
    await Promise.all([removed, ended])
    expect(messages.filter(({ type }) => type === 'forget')).toEqual([
      { type: 'forget', pcId: 'pc1' },
    ])
  })

  it('a pull is answered though its connections have left', async () => {
    const { connections, messages, add, answer } = create()
    const pc = add('alice')
    const answered = answer(1)
    const removed = connections.remove('alice')
    pc.answer()
    await Promise.all([answered, removed])
    expect(messages).toContainEqual({ type: 'reports', tick: 1, reports: expect.any(Array) })
  })

  it('while nothing is captured no last sample is taken either', async () => {
    const { connections, messages, outbox, add } = create()
    const pc = add('alice')
    const before = messages.length
    outbox.isPaused = true
    const removed = connections.remove('alice')
    pc.answer()
    await removed
    expect(messages.slice(before).map(({ type }) => type)).toEqual(['forget'])
  })

  it('a reading that waits for another connection is the last sample of a peer that is removed meanwhile', async () => {
    const { connections, messages, add, answer } = create()
    const [alice, bob] = [add('alice'), add('bob')]
    const answered = answer(1)
    alice.answer()
    await new Promise((resolve) => setTimeout(resolve, 0))
    const removed = connections.remove('alice')
    await new Promise((resolve) => setTimeout(resolve, 0))
    alice.answer()
    bob.answer()
    await Promise.all([answered, removed])
    const seqs = messages.flatMap((message) => {
      if (message.type === 'event') return message.event.seq
      return message.type === 'reports' ? message.reports.map(({ seq }) => seq) : []
    })
    expect(seqs.toSorted()).toEqual([0, 1, 2, 3, 4])
  })

  /** How each report was read that was posted so far. */
  const readsOf = (messages: readonly PageMessage[]) =>
    messages.flatMap((message) =>
      message.type === 'reports' ? message.reports.map(({ read }) => read) : [],
    )

  it('a whole reading that nobody has taken yet is not replaced by a partial one', async () => {
    const { connections, messages, add, answer } = create()
    const [alice, bob] = [add('alice'), add('bob')]
    const polled = answer(1)
    for (const pc of [alice, bob]) pc.answer()
    await polled
    alice.dispatchEvent(new Event('negotiationneeded'))
    const answered = answer(2)
    alice.answer()
    await new Promise((resolve) => setTimeout(resolve, 0))
    const removed = connections.remove('alice')
    alice.answer()
    await removed
    expect(readsOf(messages)).toEqual(['full', 'full', 'full'])
    bob.answer()
    await answered
  })

  it.each<[string, (pc: Peer, outbox: Outbox, poll: () => Promise<void>) => unknown]>([
    ['an event of the connection', (pc) => pc.dispatchEvent(new Event('signalingstatechange'))],
    [
      'a reading that came while nothing was captured',
      async (pc, outbox, poll) => {
        pc.dispatchEvent(new Event('signalingstatechange'))
        outbox.isPaused = true
        await poll()
        outbox.isPaused = false
      },
    ],
    [
      'another worker has taken over',
      (_, outbox) => {
        outbox.disconnect()
        outbox.connect({ postMessage() {} })
      },
    ],
    [
      'a poll in which ICE is not connected',
      async (pc, _, poll) => {
        pc.iceConnectionState = 'disconnected'
        await poll()
        await poll()
      },
    ],
  ])('all is read after %s', async (_, happen) => {
    const { connections, outbox, add } = create()
    const pc = add('alice')
    const reads: string[] = []
    const poll = async (): Promise<void> => {
      const reading = connections.read()
      pc.answer()
      await reading
      const reports = connections.take()
      reads.push(...reports.map(({ read }) => read))
      outbox.post({ type: 'reports', tick: 1, reports })
    }
    await poll()
    await poll()
    expect(reads).toEqual(['full', 'partial'])
    await happen(pc, outbox, poll)
    if (pc.iceConnectionState === 'connected') await poll()
    expect(reads.slice(2).every((read) => read === 'full')).toBe(true)
    expect(reads.length).toBeGreaterThan(2)
    pc.iceConnectionState = 'completed'
    await poll()
    expect(reads.at(-1)).toBe('partial')
  })

  it('a reading that nobody takes any more has no number, so that none is missing', async () => {
    const { connections, outbox, add, answer } = create()
    const pc = add('alice')
    const answered = answer(1)
    connections.giveUp()
    await answered
    const { lastSeq } = outbox
    pc.answer()
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(outbox.lastSeq).toBe(lastSeq)
  })

  it('a reading that has just begun is not taken for one that hangs', async () => {
    const { connections, failures, add, answer } = create()
    const [alice, bob] = [add('alice'), add('bob')]
    const answered = answer(1)
    alice.answer()
    await new Promise((resolve) => setTimeout(resolve, 0))
    const removed = connections.remove('alice')
    bob.answer()
    await answered
    alice.answer()
    await removed
    expect(failures).toEqual([])
  })
})
