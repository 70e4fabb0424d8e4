// SipHash-2-4, a keyed hash for short inputs (https://www.aumasson.jp/siphash/siphash.pdf).

/** `key` has 16 bytes; the hash has 64 bits. Synchronous, which WebCrypto's HMAC is not. */
export function sipHash(key: Uint8Array, message: Uint8Array): bigint {
  const keyView = new DataView(key.buffer, key.byteOffset, key.byteLength)
  const k0 = keyView.getBigUint64(0, true)
  const k1 = keyView.getBigUint64(8, true)
  let v0 = k0 ^ 0x736f6d6570736575n
  let v1 = k1 ^ 0x646f72616e646f6dn
  let v2 = k0 ^ 0x6c7967656e657261n
  let v3 = k1 ^ 0x7465646279746573n

  function mix(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      v0 = uint64(v0 + v1)
      v1 = rotate(v1, 13n) ^ v0
      v0 = rotate(v0, 32n)
      v2 = uint64(v2 + v3)
      v3 = rotate(v3, 16n) ^ v2
      v0 = uint64(v0 + v3)
      v3 = rotate(v3, 21n) ^ v0
      v2 = uint64(v2 + v1)
      v1 = rotate(v1, 17n) ^ v2
      v2 = rotate(v2, 32n)
    }
  }

  const words = padded(message)
  for (let offset = 0; offset < words.byteLength; offset += 8) {
    const word = words.getBigUint64(offset, true)
    v3 ^= word
    mix(2)
    v0 ^= word
  }
  v2 ^= 0xffn
  mix(4)
  return v0 ^ v1 ^ v2 ^ v3
}

/** Filled up to whole 64-bit words, the length in the last byte. */
function padded(message: Uint8Array): DataView {
  const bytes = new Uint8Array(message.length - (message.length % 8) + 8)
  bytes.set(message)
  bytes[bytes.length - 1] = message.length
  return new DataView(bytes.buffer)
}

function rotate(value: bigint, bits: bigint): bigint {
  return uint64(value << bits) | (value >> (64n - bits))
}

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
