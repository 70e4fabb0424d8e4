// How long the first connection of a participant took to be set up, from its events: for the room oracle.
import type { AnyItem } from './report.ts'

/** Each connection in its order of capture. Null where it cannot be known. */
export function setupTimeOf(connections: readonly (readonly AnyItem[])[]): number | null {
  const [first] = connections.toSorted((a, b) => startOf(a) - startOf(b))
  if (!first) return null
  const added = first.find(({ event }) => event === 'peerAdded')
  const { signalingState, connectionState, iceConnectionState } = dataOf(added)
  // What was under way already began at a time that nobody knows.
  if (added && (signalingState !== 'stable' || (connectionState ?? iceConnectionState) !== 'new'))
    return null
  const beganIndex = first.findIndex(
    (item) => item.event === 'signalingStateChange' && dataOf(item)['state'] !== 'stable',
  )
  if (beganIndex < 0) return null
  const after = first.slice(beganIndex)
  const hasConnectionState =
    connectionState !== undefined || first.some(({ event }) => event === 'connectionStateChange')
  const connected = after.find(({ event, ...item }) => {
    const { state } = dataOf(item)
    return hasConnectionState
      ? event === 'connectionStateChange' && state === 'connected'
      : event === 'iceConnectionStateChange' && (state === 'connected' || state === 'completed')
  })
  return connected && after[0]
    ? Math.max(0, Date.parse(connected.timestamp) - Date.parse(after[0].timestamp))
    : null
}

function startOf(items: readonly AnyItem[]): number {
  return Math.min(...items.map(({ timestamp }) => Date.parse(timestamp)))
}

function dataOf(item: { readonly data?: unknown } | undefined): Readonly<Record<string, unknown>> {
  return (item?.data ?? {}) as Readonly<Record<string, unknown>>
}
