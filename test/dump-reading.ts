// Reads an `RTCStatsDump` by the description of its format alone (version 3), as viewers do: nothing of the writer is in here.

type Json = Readonly<Record<string, unknown>>

export interface ReadEvent {
  readonly method: string
  readonly connection: string | null
  readonly value: unknown
  readonly more: readonly unknown[]
  readonly atMs: number
}

export interface ReadDump {
  readonly metadata: Json
  /** Of `getStats` the value is the whole report, by id, restored from what the line changes in the one before. */
  readonly events: readonly ReadEvent[]
}

/** Numbers that stand for methods, so far as a name could be mistaken for one. */
const SHORT: Readonly<Record<string, string>> = { g: 'getStats', 1: 'getStats', 39: 'create' }

export function readDump(text: string): ReadDump {
  const [magic, second, ...lines] = text.split('\n')
  if (magic !== 'RTCStatsDump') throw new Error('no RTCStatsDump')
  const metadata = JSON.parse(second ?? '') as Json
  if (typeof metadata['fileFormat'] !== 'number') throw new Error('no fileFormat')
  const reports = new Map<unknown, Json>()
  let atMs = 0
  const events = lines.filter(Boolean).map((line): ReadEvent => {
    const [name, connection, value, ...rest] = JSON.parse(line) as [string, string | null, unknown]
    const more = [...(rest as unknown[])]
    const deltaMs = more.pop()
    if (typeof deltaMs !== 'number') throw new Error(`no time: ${line}`)
    atMs += deltaMs
    const method = SHORT[name] ?? name
    if (method !== 'getStats') return { method, connection, value, more, atMs }
    const report = restore(reports.get(connection) ?? {}, value as Json)
    reports.set(connection, report)
    return { method, connection, value: report, more, atMs }
  })
  return { metadata, events }
}

/** An object of null is gone; what a line does not name stays as it was; objects in an object are merged. */
function restore(before: Json, change: Json): Json {
  const { t: time, ...objects } = change
  const report: Record<string, unknown> = {}
  for (const id of new Set([...Object.keys(before), ...Object.keys(objects)])) {
    const [old, next] = [before[id], objects[id]] as [Json | undefined, Json | null | undefined]
    if (next === null) continue
    const members: Record<string, unknown> = { ...old, ...next }
    for (const [name, value] of Object.entries(old ?? {})) {
      const now = next?.[name]
      if (now === undefined || typeof value !== 'object' || Array.isArray(now)) continue
      members[name] = { ...value, ...(now as object) }
    }
    if (time !== undefined && next?.['timestamp'] === undefined) members['timestamp'] = time
    report[id] = members
  }
  return report
}

/** The reports of a connection, without what was written but to take objects away. */
export function reportsOf({ events }: ReadDump, connection: string): readonly ReadEvent[] {
  return events.filter(
    ({ method, connection: name, more }) =>
      method === 'getStats' && name === connection && more.length === 0,
  )
}

/** What each connection is called, by what its `create` says of it. */
export function connectionsIn({ events }: ReadDump): ReadonlyMap<string, Json> {
  const created = events.filter(({ method, connection }) => method === 'create' && connection)
  return new Map(created.map(({ connection, value }) => [String(connection), value as Json]))
}
