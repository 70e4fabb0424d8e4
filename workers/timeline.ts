// The items of this exporter, in memory, as they were stored: for `getTimeline()`.
import type { Item } from '../src/wire.ts'
import type { ItemRecord } from './item.ts'

const MAX_ITEMS = 2000
const MAX_BYTES = 16_777_216

export class Timeline {
  #jsons: Uint8Array[] = []
  #bytes = 0
  #dropped = 0

  add({ json: added }: ItemRecord): void {
    this.#jsons.push(added)
    this.#bytes += added.byteLength
    while (this.#jsons.length > MAX_ITEMS || this.#bytes > MAX_BYTES) {
      this.#bytes -= this.#jsons.shift()?.byteLength ?? this.#bytes
      this.#dropped++
    }
  }

  /** Oldest first; `timeline:cut` before them where older ones had to go. */
  items(): Item[] {
    const decoder = new TextDecoder()
    const items = this.#jsons.map((json) => JSON.parse(decoder.decode(json)) as Item)
    return this.#dropped > 0 ? [cut(this.#dropped, items[0]), ...items] : items
  }

  clear(): void {
    this.#jsons = []
    this.#bytes = 0
    this.#dropped = 0
  }
}

/** Not a capture, so it has no place in the count: `seq` is -1. */
function cut(dropped: number, first: Item | undefined): Item {
  return {
    event: 'timeline:cut',
    tag: 'exporter',
    peerId: null,
    peerName: null,
    pcId: null,
    seq: -1,
    timestamp: first?.timestamp ?? '',
    interval: first?.interval ?? 0,
    data: { dropped },
  }
}
