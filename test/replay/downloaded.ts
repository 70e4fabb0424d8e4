// Reads what `GET /sessions/:id/items.jsonl` of a collector gives: an item a line, with what its batch said.
import { isRecord, wrong } from '../../src/check.ts'

/** One line, as far as it is looked at; whatever else the item has is in it. */
export interface DownloadedItem extends Readonly<Record<string, unknown>> {
  readonly sessionId: string
  readonly sessionName: string
  /** Null from a plain body. */
  readonly producer: string | null
  readonly exportedAt: string
  readonly receivedAt: string
  readonly client: Readonly<Record<string, unknown>>
  readonly event: string
  readonly timestamp: string
}

const NEWLINE = 0x0a
/** How the collector begins each line, and nobody else his file. */
const HEAD = /^\s*\{\s*"sessionId"\s*:/
const HEAD_BYTES = 100

/** Whether the file is one of these. */
export function isDownload(file: Uint8Array): boolean {
  return HEAD.test(new TextDecoder().decode(file.subarray(0, HEAD_BYTES)))
}

/** The items, each with the name of its line. @throws TypeError that names the line that is wrong */
export function* readDownload(file: Uint8Array): Generator<readonly [string, DownloadedItem]> {
  let number = 0
  // Of hours of a call the whole text is more than one string holds.
  for (let start = 0, end = 0; start < file.length; start = end + 1) {
    end = file.indexOf(NEWLINE, start)
    if (end < 0) end = file.length
    number += 1
    const text = new TextDecoder().decode(file.subarray(start, end))
    const name = `line ${number}`
    if (text.trim() !== '') yield [name, readLine(name, text)]
  }
}

function readLine(name: string, text: string): DownloadedItem {
  const line = parse(name, text)
  if (!isRecord(line)) throw wrong(name, 'an object', line)
  for (const member of ['sessionId', 'sessionName', 'exportedAt', 'event', 'timestamp']) {
    if (typeof line[member] !== 'string') throw wrong(`${name}.${member}`, 'a text', line[member])
  }
  const { producer, client } = line
  if (producer !== null && typeof producer !== 'string') {
    throw wrong(`${name}.producer`, 'a text or null', producer)
  }
  if (!isRecord(client)) throw wrong(`${name}.client`, 'an object', client)
  return line as unknown as DownloadedItem
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TypeError(`${name}: expected JSON, got something else`, { cause })
  }
}
