// Items as a store keeps them, made of what was fed to the pipeline: for tests of rooms.
import { NOWHERE } from '../../collector/src/facts.ts'
import type { Facts, KeptItem } from '../../collector/src/facts.ts'
import type { ReceivedItem } from '../../src/schema.ts'

export const factsOf = (facts: Partial<Facts> = {}): Facts => ({
  ...{ roomId: 'room', userId: null, keys: {}, sdkVersion: '0.1.0', userAgent: null, hints: null },
  devices: { audio: null, video: null },
  queue: null,
  dropped: {},
  location: NOWHERE,
  ...facts,
})

/** All of one producer, each exported when it was captured. */
export function keptOf(
  producer: string,
  items: readonly ReceivedItem[],
  facts: Partial<Facts> = {},
): KeptItem[] {
  return items.map((item) => {
    const at = Date.parse(item.timestamp)
    return { receivedAt: at, sessionId: 's', producer, exportedAt: at, facts: factsOf(facts), item }
  })
}
