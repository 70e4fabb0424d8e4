import { describe, expect, it } from 'vitest'
import { sipHash } from '../workers/siphash.ts'
import { KEY } from './redacting.ts'

describe('the hash', () => {
  it('is SipHash-2-4, by the vector of the paper’s appendix A', () => {
    const message = Uint8Array.from({ length: 15 }, (_, index) => index)
    expect(sipHash(KEY, message).toString(16)).toBe('a129ca6149be45e5')
  })
})
