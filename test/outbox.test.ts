import { describe, expect, it } from 'vitest'
import { NOBODY, Outbox } from '../src/outbox.ts'
import { WORKER_NAME } from '../src/protocol.ts'
import type { CapturedReport, PageMessage } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'

/** A port that remembers what was posted on it. */
function connect(outbox: Outbox): PageMessage[] {
  const messages: PageMessage[] = []
  outbox.connect({ postMessage: (posted) => messages.push(posted[WORKER_NAME]) })
  return messages
}

const capture = (outbox: Outbox, ...stats: Stat[]): CapturedReport =>
  outbox.captureReport(NOBODY, { timestamp: 0, clock: 0 }, { read: 'full', stats })

const seqsOf = (messages: PageMessage[]): number[] =>
  messages.flatMap((message) => {
    if (message.type === 'event') return [message.event.seq]
    return message.type === 'reports' ? message.reports.map(({ seq }) => seq) : []
  })

describe('outbox', () => {
  it('what was captured before the worker is up waits for it, in its order', () => {
    const outbox = new Outbox()
    outbox.captureEvent(NOBODY, 'a', 'application', null)
    outbox.post({ type: 'reports', tick: null, reports: [capture(outbox)] })
    outbox.captureEvent(NOBODY, 'b', 'application', null)
    const messages = connect(outbox)
    outbox.captureEvent(NOBODY, 'c', 'application', null)
    expect(seqsOf(messages)).toEqual([0, 1, 2, 3])
  })

  it('without a worker it is bounded: the oldest captures go, are counted, and settings stay', () => {
    const outbox = new Outbox()
    outbox.post({ type: 'listen', events: ['stats'] })
    for (let n = 0; n < 1500; n++) outbox.captureEvent(NOBODY, 'mark', 'application', n)
    const messages = connect(outbox)
    expect(messages.length).toBeLessThanOrEqual(1002)
    expect(messages[0]).toEqual({ type: 'dropped', reason: 'page-buffer', count: 501 })
    expect(messages[1]).toEqual({ type: 'listen', events: ['stats'] })
    expect(seqsOf(messages)).toEqual(Array.from({ length: 999 }, (_, n) => n + 501))
  })

  it('when the engine dies, what is not on disk goes to the next one: events again, reports as a count', () => {
    const outbox = new Outbox()
    connect(outbox)
    for (const event of ['a', 'b', 'c']) outbox.captureEvent(NOBODY, event, 'application', null)
    const reports = [1, 2, 3].map(() => capture(outbox))
    outbox.post({ type: 'reports', tick: 1, reports })
    outbox.committed([0, 3])
    outbox.disconnect()
    outbox.captureEvent(NOBODY, 'd', 'application', null)
    const messages = connect(outbox)
    expect(messages[0]).toEqual({ type: 'dropped', reason: 'worker-lost', count: 2 })
    expect(seqsOf(messages)).toEqual([1, 2, 6])
  })

  it('what cannot be cloned is counted, and the rest of its message goes', async () => {
    const outbox = new Outbox()
    const { port1, port2 } = new MessageChannel()
    const messages: PageMessage[] = []
    port2.onmessage = ({ data }) => messages.push(data[WORKER_NAME])
    outbox.connect(port1)
    outbox.captureEvent(NOBODY, 'bad', 'application', () => {})
    const stat = { id: 'a', type: 'codec', timestamp: 1 }
    const bad = capture(outbox, { ...stat, format: () => {} })
    const good = capture(outbox, stat)
    outbox.post({ type: 'reports', tick: 3, reports: [bad, good] })
    await expect.poll(() => messages.length).toBe(3)
    port1.close()
    expect(messages).toEqual([
      { type: 'dropped', reason: 'not-cloneable', count: 1 },
      { type: 'dropped', reason: 'not-cloneable', count: 1 },
      { type: 'reports', tick: 3, reports: [good] },
    ])
  })

  it('a partial reading is of use only where the engine has had a full one', () => {
    const outbox = new Outbox()
    connect(outbox)
    const knows = (): boolean => outbox.knows(NOBODY)
    expect(knows()).toBe(false)
    outbox.post({ type: 'reports', tick: 1, reports: [capture(outbox)] })
    expect(knows()).toBe(true)
    outbox.disconnect()
    expect(knows()).toBe(false)
    connect(outbox)
    outbox.post({ type: 'reports', tick: 1, reports: [capture(outbox)] })
    outbox.post({ type: 'forget', pcId: NOBODY.pcId ?? '' })
    expect(outbox.knows({ ...NOBODY, pcId: '' })).toBe(false)
  })

  it('the newest reports of peers that have left, none of them on disk, are held for so many of them', () => {
    const outbox = new Outbox()
    connect(outbox)
    for (let n = 0; n < 1500; n++) {
      const report = { ...capture(outbox), pcId: `pc${n}` }
      outbox.post({ type: 'reports', tick: null, reports: [report] })
    }
    const { reports } = outbox.heldSince(-1)
    expect(reports).toHaveLength(1000)
    expect(reports.at(-1)?.pcId).toBe('pc1499')
  })

  it('nothing is captured, and no number is used, while paused', () => {
    const outbox = new Outbox()
    const messages = connect(outbox)
    outbox.captureEvent(NOBODY, 'a', 'application', null)
    outbox.isPaused = true
    outbox.captureEvent(NOBODY, 'b', 'application', null)
    outbox.isPaused = false
    outbox.captureEvent(NOBODY, 'c', 'application', null)
    expect(seqsOf(messages)).toEqual([0, 1])
  })
})
