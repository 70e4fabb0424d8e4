// The items of a session in the order of their own times, whoever captured them: what each producer has, in its order, is merged.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Client, Row } from '@libsql/client'
import { lastIdOf, MAX_PAGE, PAGE_CHARS, textOf, WITH_BATCH } from './items.ts'
import type { KeptText } from './store.ts'

/** That are merged at once: what is known of their next items is held. Those of more come after them. */
const MAX_LANES = 1000
/** Items of one producer whose times are read at once. */
const LOOK_AHEAD = 16

/** Where an item is, and when it was captured. */
interface Place {
  readonly producer: string
  readonly seq: number
  readonly id: number
  readonly chars: number
  readonly atMs: number
}

/** What comes next of one producer: at least one item. */
interface Lane {
  readonly producer: string
  places: Place[]
}

/** Those of one moment by producer. A clock that was set back does not change the order in which a producer captured. */
export async function* readByTime(client: Client, session: number): AsyncGenerator<KeptText[]> {
  for await (const lanes of openLanes(client, session)) yield* merge(client, session, lanes)
}

/** As many at once as may be. */
async function* openLanes(client: Client, session: number): AsyncGenerator<Lane[], void> {
  let last: string | null = null
  for (;;) {
    const producers: string[] = await readProducers(client, session, last)
    last = producers.at(-1) ?? null
    if (last === null) return
    const lanes: Lane[] = []
    for (const producer of producers) {
      const places = await lookAhead(client, session, producer)
      if (places.length > 0) lanes.push({ producer, places })
      // Whoever sends is not to wait until all of them are open.
      await nextTurn()
    }
    yield lanes
  }
}

async function* merge(
  client: Client,
  session: number,
  lanes: Lane[],
): AsyncGenerator<KeptText[], void> {
  while (lanes.length > 0) {
    const page: Place[] = []
    for (let chars = 0; lanes.length > 0 && page.length < MAX_PAGE && chars < PAGE_CHARS;) {
      const lane = lanes.reduce(earlier)
      const place = lane.places.shift() as Place
      page.push(place)
      chars += place.chars
      if (lane.places.length > 0) continue
      lane.places = await lookAhead(client, session, lane.producer, place)
      if (lane.places.length === 0) lanes.splice(lanes.indexOf(lane), 1)
    }
    yield await readPage(client, session, page)
    await nextTurn()
  }
}

const nextOf = ({ places }: Lane): number => places[0]?.atMs ?? Infinity

function earlier(one: Lane, other: Lane): Lane {
  return nextOf(other) < nextOf(one) ? other : one
}

/** One after the other: an index leads to the next, and nothing to the different ones. */
async function readProducers(
  client: Client,
  session: number,
  after: string | null,
): Promise<string[]> {
  const producers: string[] = []
  for (let last = after; producers.length < MAX_LANES;) {
    const { rows } = await client.execute(
      last === null
        ? { sql: FIRST_PRODUCER, args: [session] }
        : { sql: NEXT_PRODUCER, args: [session, last] },
    )
    last = rows[0]?.['producer'] as string | null
    if (last === null) break
    producers.push(last)
  }
  return producers
}

async function lookAhead(
  client: Client,
  session: number,
  producer: string,
  last: Pick<Place, 'seq' | 'id' | 'atMs'> = { seq: -1, id: 0, atMs: -Infinity },
): Promise<Place[]> {
  const args = [session, producer, last.seq, lastIdOf({ producer, id: last.id }), LOOK_AHEAD]
  const { rows } = await client.execute({ sql: NEXT_ITEMS, args })
  let latestMs = last.atMs
  return rows.map((row) => {
    const atMs = Date.parse(String(row['at']))
    if (atMs > latestMs) latestMs = atMs
    const [seq, id, chars] = [Number(row['seq']), Number(row['id']), Number(row['chars'])]
    return { producer, seq, id, chars, atMs: latestMs }
  })
}

/** What was partial a moment ago may be whole now, under another id; what is gone is left out. */
async function readPage(
  client: Client,
  session: number,
  page: readonly Place[],
): Promise<KeptText[]> {
  const ids = JSON.stringify(page.map(({ id }) => id))
  const { rows } = await client.execute({ sql: THESE, args: [ids] })
  const found = new Map(rows.map((row) => [Number(row['id']), row]))
  const texts: KeptText[] = []
  for (const { producer, seq, id } of page) {
    const row = found.get(id) ?? (await readReplaced(client, session, producer, seq))
    if (row) texts.push(textOf(row))
  }
  return texts
}

async function readReplaced(
  client: Client,
  session: number,
  producer: string,
  seq: number,
): Promise<Row | undefined> {
  // The items of plain bodies have no number, and are never partial.
  if (producer === '') return undefined
  const { rows } = await client.execute({ sql: THIS, args: [session, producer, seq] })
  return rows[0]
}

const FIRST_PRODUCER = 'select min(producer) as producer from items where session = ?'

const NEXT_PRODUCER = `${FIRST_PRODUCER} and producer > ?`

/** What is nested deeper than the functions of the database go has the time of what was before it. */
const NEXT_ITEMS = `select seq, id, length(json) as chars,
  case when json_valid(json) then json_extract(json, '$.timestamp') end as at from items
  where session = ? and producer = ? and (seq, id) > (?, ?) order by seq, id limit ?`

const THESE = `${WITH_BATCH} where items.id in (select value from json_each(?))`

const THIS = `${WITH_BATCH} where items.session = ? and items.producer = ? and seq = ?`
