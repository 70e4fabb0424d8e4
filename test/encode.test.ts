// The bodies on their way into gzip and out of it.
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { gunzip, gzip } from '../transports/encode.ts'

const body = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const LONG = body('{"seq":1},'.repeat(50_000))

it('what is gzipped is the body, of whatever length', async () => {
  for (const bytes of [body(''), body('x'), LONG]) {
    const { bytes: zipped, encoding } = await gzip(bytes)
    expect(encoding).toBe('gzip')
    expect(Buffer.from(bytes).equals(gunzipSync(zipped))).toBe(true)
    expect(Buffer.from(await gunzip(zipped)).equals(bytes)).toBe(true)
  }
})

it('what is no gzip, or was cut, is refused and hangs nobody', async () => {
  const { bytes } = await gzip(LONG)
  for (const broken of [body('no gzip'), bytes.slice(0, -20), bytes.slice(10)]) {
    await expect(gunzip(broken)).rejects.toBeInstanceOf(Error)
  }
})

it('what came out of gzip goes into it as it was, and is not compressed again', async () => {
  const stored = new Uint8Array(gzipSync(LONG, { level: 1 }))
  const read = await gunzip(stored)
  expect((await gzip(read)).bytes).toBe(stored)
  expect((await gzip(read.slice())).bytes).not.toBe(stored)
})
