// The store of a browser that gives us no IndexedDB: the same transactions over a map, gone with the page.
import type { Entry, Key, Store, Transaction } from './store.ts'

export function createMemoryStore(): Store {
  let rows: readonly Entry<unknown>[] = []
  let last: Promise<unknown> = Promise.resolve()

  /** One transaction after the other; its writes are seen by itself at once, and kept only when it ends well. */
  function run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const result = last.then(async () => {
      const copy = new Map(rows.map((row) => [JSON.stringify(row.key), row]))
      const done = await work(overMap(copy))
      rows = [...copy.values()]
      return done
    })
    last = result.catch(() => {})
    return result
  }
  return { mode: 'memory', read: run, write: run }
}

function overMap(rows: Map<string, Entry<unknown>>): Transaction {
  const listed = (prefix: Key): Entry<unknown>[] =>
    [...rows.values()]
      .filter(({ key }) => prefix.every((part, index) => key[index] === part))
      .sort((one, other) => compareKeys(one.key, other.key))
  return {
    get: async <Value>(key: Key) => rows.get(JSON.stringify(key))?.value as Value | undefined,
    list: async <Value>(prefix: Key, most?: number) =>
      listed(prefix).slice(0, most) as Entry<Value>[],
    keys: async (prefix, most) =>
      listed(prefix)
        .slice(0, most)
        .map(({ key }) => key),
    put: (key, value) => void rows.set(JSON.stringify(key), { key, value }),
    delete: (key) => void rows.delete(JSON.stringify(key)),
    clear(prefix) {
      for (const { key } of listed(prefix)) rows.delete(JSON.stringify(key))
    },
  }
}

/** As IndexedDB compares arrays: element by element, numbers before strings, the shorter one first. */
function compareKeys(one: Key, other: Key): number {
  for (let index = 0; index < Math.min(one.length, other.length); index++) {
    const [a, b] = [one[index], other[index]]
    if (a === b) continue
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
    return (a as number) < (b as number) ? -1 : 1
  }
  return one.length - other.length
}
