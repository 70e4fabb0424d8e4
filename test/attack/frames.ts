// WebSocket frames by hand, and such as no client may send: RFC 6455, section 5.2.
import { KEY, ORIGIN } from './keys.ts'

/** A request for a socket, with the key in its address. */
export function upgradeRequest(): Buffer {
  const lines = [
    `GET /ingest?key=${KEY} HTTP/1.1`,
    'Host: x',
    `Origin: ${ORIGIN}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

/** One frame, masked with zeros: its payload is as it stands. */
export function frame(opcode: number, payload: Buffer, isFinal = true): Buffer {
  const length = payload.length
  const size =
    length < 126 ? [] : length < 65_536 ? [length >> 8, length & 255] : eightBytes(length)
  const short = length < 126 ? length : length < 65_536 ? 126 : 127
  const first = (isFinal ? 0x80 : 0) | opcode
  return Buffer.concat([Buffer.from([first, 0x80 | short, ...size, 0, 0, 0, 0]), payload])
}

function eightBytes(length: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(length))
  return bytes
}

const x = (length: number): Buffer => Buffer.alloc(length, 'x')

/** Each breaks a rule, or the patience of who reads it. */
export const FRAMES: readonly Buffer[] = [
  // Unmasked, reserved bits, reserved opcodes.
  Buffer.from([0x81, 1, 0x78]),
  Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
  frame(3, x(1)),
  frame(15, x(1)),
  // Longer than anything, longer than a number, and a length that is negative.
  Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  // Control frames that are long or in pieces, a close with half a code, or one nobody may send.
  frame(9, x(126)),
  frame(9, x(1), false),
  frame(8, x(1)),
  frame(8, Buffer.from([0x03, 0xed])),
  // Text that is none, a piece of nothing, a message within a message.
  frame(1, Buffer.from([0xff, 0xfe])),
  frame(0, x(1)),
  Buffer.concat([frame(1, x(1), false), frame(1, x(1))]),
  // Pieces without end, and pings without end.
  Buffer.concat([frame(2, x(1), false), ...Array<Buffer>(20_000).fill(frame(0, x(0), false))]),
  Buffer.concat(Array<Buffer>(20_000).fill(frame(9, x(125)))),
  Buffer.concat(Array<Buffer>(5000).fill(frame(1, Buffer.from('{"type":"ping"}')))),
  Buffer.concat(Array<Buffer>(5000).fill(frame(2, x(10)))),
]
