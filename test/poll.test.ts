import { describe, expect, it } from 'vitest'
import type { Pace } from '../workers/pace.ts'
import { createPoll } from '../workers/poll.ts'
import { createFakeClock } from './fake-clock.ts'

/** The same pace at all times. */
const every = (ms: number) => ({ leastMs: ms, next: () => ms })

/** One that is started, and answered at once. */
function answering(pace: Pick<Pace, 'leastMs' | 'next'>) {
  const clock = createFakeClock()
  const at: number[] = []
  const poll = createPoll(clock, pace, (tick) => {
    at.push(clock.elapsed())
    poll.answered(tick)
  })
  poll.start()
  return { clock, poll, at }
}

describe('poll', () => {
  it('pulls at its interval while each pull is answered', async () => {
    const clock = createFakeClock()
    const at: number[] = []
    const start = clock.now()
    const poll = createPoll(clock, every(1000), (tick) => {
      at.push(clock.now() - start)
      poll.answered(tick)
    })
    poll.start()
    await clock.advance(5500)
    expect(at).toEqual([1000, 2000, 3000, 4000, 5000])
  })

  it('never pulls a second time before the first is answered, and leaves the missed ticks out', async () => {
    const clock = createFakeClock()
    const start = clock.now()
    const pulls: { tick: number; at: number }[] = []
    const poll = createPoll(clock, every(200), (tick) =>
      pulls.push({ tick, at: clock.now() - start }),
    )
    poll.start()
    await clock.advance(3250)
    expect(pulls).toEqual([{ tick: 1, at: 200 }])
    poll.answered(1)
    await clock.advance(200)
    expect(pulls[1]).toEqual({ tick: 2, at: 3400 })
  })

  it('an answer to another tick, or to none, changes nothing', async () => {
    const clock = createFakeClock()
    const pulls: number[] = []
    const poll = createPoll(clock, every(100), (tick) => pulls.push(tick))
    poll.start()
    await clock.advance(100)
    poll.answered(null)
    poll.answered(7)
    await clock.advance(1000)
    expect(pulls).toEqual([1])
  })

  it('stopped while a pull is out and started again, it goes on after the answer', async () => {
    const clock = createFakeClock()
    const pulls: number[] = []
    const poll = createPoll(clock, every(100), (tick) => pulls.push(tick))
    poll.start()
    await clock.advance(100)
    poll.stop()
    poll.start()
    await clock.advance(500)
    expect(pulls).toEqual([1])
    poll.answered(1)
    await clock.advance(100)
    expect(pulls).toEqual([1, 2])
  })

  it.each([-86_400_000, 86_400_000])(
    'a wall clock that jumps by %i ms brings no storm and no silence',
    async (jump) => {
      const clock = createFakeClock()
      let pulls = 0
      const poll = createPoll(clock, every(1000), (tick) => {
        pulls++
        poll.answered(tick)
      })
      poll.start()
      await clock.advance(3000)
      clock.jump(jump)
      await clock.advance(10_000)
      expect(pulls).toBeGreaterThanOrEqual(12)
      expect(pulls).toBeLessThanOrEqual(13)
    },
  )

  it('hurried, it pulls at once, but not sooner than the least interval after the pull before', async () => {
    const { clock, poll, at } = answering({ leastMs: 500, next: () => 5000 })
    await clock.advance(5000)
    poll.hurry()
    await clock.advance(499)
    expect(at).toEqual([5000])
    await clock.advance(1)
    expect(at).toEqual([5000, 5500])
    await clock.advance(2000)
    poll.hurry()
    await clock.advance(0)
    expect(at).toEqual([5000, 5500, 7500])
    await clock.advance(5000)
    expect(at).toEqual([5000, 5500, 7500, 12_500])
  })

  it('hurried without end, it pulls at the least interval', async () => {
    const { clock, poll, at } = answering({ leastMs: 500, next: () => 5000 })
    for (let ms = 0; ms < 2000; ms += 50) {
      poll.hurry()
      await clock.advance(50)
    }
    expect(at).toEqual([0, 500, 1000, 1500, 2000])
  })

  it('hurried while a pull is out, it pulls again after the answer', async () => {
    const clock = createFakeClock()
    const pulls: number[] = []
    const poll = createPoll(clock, { leastMs: 100, next: () => 5000 }, (tick) => pulls.push(tick))
    poll.start()
    await clock.advance(5000)
    poll.hurry()
    await clock.advance(1000)
    expect(pulls).toEqual([1])
    poll.answered(1)
    await clock.advance(0)
    expect(pulls).toEqual([1, 2])
  })

  it('hurried before it starts, or while it is stopped, it pulls when it starts', async () => {
    const { clock, poll, at } = answering({ leastMs: 500, next: () => 5000 })
    poll.stop()
    poll.hurry()
    await clock.advance(1000)
    expect(at).toEqual([])
    poll.start()
    await clock.advance(0)
    expect(at).toEqual([1000])
  })

  it('the interval that a pull has brought is in force until the next pull', async () => {
    const intervals = [1000, 3000, 2000, 9000]
    const { clock, poll, at } = answering({ leastMs: 100, next: () => intervals.shift() ?? 9000 })
    expect(poll.intervalMs()).toBe(1000)
    await clock.advance(1000)
    expect(poll.intervalMs()).toBe(3000)
    await clock.advance(2999)
    expect(poll.intervalMs()).toBe(3000)
    await clock.advance(1)
    expect(poll.intervalMs()).toBe(2000)
    await clock.advance(2000)
    expect(at).toEqual([1000, 4000, 6000])
  })

  it('the pace is told how long the last answer took', async () => {
    const clock = createFakeClock()
    const took: number[] = []
    const next = (collectMs: number): number => (took.push(collectMs), 1000)
    const poll = createPoll(clock, { leastMs: 100, next }, (tick) => {
      clock.after(120 * tick, () => poll.answered(tick))
    })
    poll.start()
    await clock.advance(3500)
    expect(took).toEqual([0, 0, 120, 240])
  })
})
