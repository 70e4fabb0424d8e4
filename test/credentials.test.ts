import { describe, expect, it } from 'vitest'
import { createCredentials } from '../workers/credentials.ts'
import { createFakeClock } from './fake-clock.ts'

describe('credentials', () => {
  it('the app is asked once for all requests, and again after they were not accepted', async () => {
    let asked = 0
    const credentials = createCredentials(
      async () => ({ token: String(++asked) }),
      createFakeClock(),
    )
    expect(await Promise.all([credentials.current(), credentials.current()])).toEqual([
      { token: '1' },
      { token: '1' },
    ])
    expect(await credentials.current()).toEqual({ token: '1' })
    credentials.forget()
    expect(await credentials.current()).toEqual({ token: '2' })
  })

  it('an app that fails is asked again when its headers are forgotten, and not before', async () => {
    let asked = 0
    const credentials = createCredentials(async () => {
      if (asked++ === 0) throw new Error('no token yet')
      return { token: 'x' }
    }, createFakeClock())
    await expect(credentials.current()).rejects.toThrow('no token yet')
    await expect(credentials.current()).rejects.toThrow('no token yet')
    credentials.forget()
    expect(await credentials.current()).toEqual({ token: 'x' })
  })

  it('an app that never answers is given up after 10 s', async () => {
    const clock = createFakeClock()
    const credentials = createCredentials(() => new Promise(() => {}), clock)
    const asked = credentials.current().catch((error: Error) => error.message)
    await clock.advance(10_000)
    expect(await asked).toBe('headers() gave nothing within 10000 ms')
  })
})
