// The rules of the running account, each by a small call.
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, heard, hears, path, seen, sees, start } from './summing.ts'

describe('the account of a call', () => {
  it('a freeze counts for as long as it was, also where it was told an interval late', async () => {
    const call = start()
    const frozen = { freezeCount: 0, totalFreezesDuration: 0 }
    call.poll([[ALICE, [sees(0, frozen)]]])
    await call.next([[ALICE, [sees(10, frozen)]]])
    await call.next([[ALICE, [sees(10, frozen)]]])
    await call.next([[ALICE, [sees(20, { freezeCount: 1, totalFreezesDuration: 3.5 })]]])
    expect(seen(call.peer())).toMatchObject({ freezeCount: 1, freezeSec: 3.5 })
  })

  it('a gap is in what was counted, and in no spread', async () => {
    const call = start()
    call.poll([[ALICE, [hears(0), ...path(0, 0)]]])
    await call.next([[ALICE, [hears(8000), ...path(1, 0.1)]]])
    await call.next([[ALICE, [hears(9000), ...path(2, 1.1)]]], 62_000)
    await call.next([[ALICE, [hears(17_000), ...path(3, 1.2)]]])
    expect(call.peer()).toMatchObject({ polls: 4, gaps: 1, pathSec: { udp: 66 } })
    expect(call.peer().rttMs?.max).toBeCloseTo(100)
    expect(heard(call.peer())).toMatchObject({
      durationSec: 66,
      bytes: 17_000,
      bitrate: { min: 32_000, max: 32_000, mean: (8 * 17_000) / 66 },
    })
  })

  it('a gap is one of each poll that came too late, also of one without media', async () => {
    const call = start()
    call.poll([
      [ALICE, path(0, 0)],
      [BOB, [hears(0)]],
    ])
    await call.next(
      [
        [ALICE, path(1, 1)],
        [BOB, [hears(1000)]],
      ],
      62_000,
    )
    expect(call.peer()).toMatchObject({ polls: 2, gaps: 1, rttMs: null })
    expect(call.session()).toMatchObject({ polls: 4, gaps: 2 })
  })
})
