// The rules of the running account, each by a small call.
import { describe, expect, it } from 'vitest'
import { ALICE, seen, sees, start } from './summing.ts'

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
})
