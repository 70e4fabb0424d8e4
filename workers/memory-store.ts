// The store of a browser that gives us no IndexedDB: the same transactions over sorted rows, gone with the page.
import type { Entry, Key, Store, Transaction } from './store.ts'

export function createMemoryStore(): Store {
  /** In the order of their keys. */
  let rows: Entry<unknown>[] = []
  let last: Promise<unknown> = Promise.resolve()

  /** One transaction after the other; its writes are seen by itself at once, and kept only when it ends well. */
  function run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const result = last.then(async () => {
      const copy = [...rows]
      const done = await work(overRows(copy))
      rows = copy
      return done
    })
    last = result.catch(() => {})
    return result
  }
  return { mode: 'memory', read: run, write: run, close() {} }
}

function overRows(rows: Entry<unknown>[]): Transaction {
  /** Where the first key stands that is not before this one. */
  function indexOf(key: Key): number {
    let low = 0
    for (let high = rows.length; low < high;) {
      const middle = (low + high) >> 1
      if (compareKeys(rows[middle]?.key ?? [], key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  const isAt = (index: number, key: Key): boolean =>
    rows[index] !== undefined && compareKeys(rows[index].key, key) === 0

  function range(prefix: Key, most = Infinity): [start: number, end: number] {
    const start = indexOf(prefix)
    let end = start
    while (end - start < most && rows[end] && startsWith(rows[end]?.key ?? [], prefix)) end++
    return [start, end]
  }
  return {
    async get<Value>(key: Key) {
      const index = indexOf(key)
      return (isAt(index, key) ? rows[index]?.value : undefined) as Value | undefined
    },
    list: async <Value>(prefix: Key, most?: number) =>
      rows.slice(...range(prefix, most)) as Entry<Value>[],
    keys: async (prefix, most) => rows.slice(...range(prefix, most)).map(({ key }) => key),
    put(key, value) {
      const index = indexOf(key)
      rows.splice(index, isAt(index, key) ? 1 : 0, { key, value })
    },
    delete(key) {
      const index = indexOf(key)
      if (isAt(index, key)) rows.splice(index, 1)
    },
    clear(prefix) {
      const [start, end] = range(prefix)
      rows.splice(start, end - start)
    },
  }
}

function startsWith(key: Key, prefix: Key): boolean {
  return prefix.every((part, index) => key[index] === part)
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
