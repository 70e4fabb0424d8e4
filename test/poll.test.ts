import { describe, expect, it } from 'vitest'
import { createPoll } from '../workers/poll.ts'
import { createFakeClock } from './fake-clock.ts'

describe('poll', () => {
  it('pulls at its interval while each pull is answered', async () => {
    const clock = createFakeClock()
    const at: number[] = []
    const start = clock.now()
    const poll = createPoll(clock, 1000, (tick) => {
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
    const poll = createPoll(clock, 200, (tick) => pulls.push({ tick, at: clock.now() - start }))
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
    const poll = createPoll(clock, 100, (tick) => pulls.push(tick))
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
    const poll = createPoll(clock, 100, (tick) => pulls.push(tick))
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
      const poll = createPoll(clock, 1000, (tick) => {
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
})
