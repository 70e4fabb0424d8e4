// One tab's sight of a store that all tabs share: it waits at gates, tells what it commits, and can die at any of them.
import type { Entry, Key, Store, Transaction } from '../../workers/store.ts'
import type { Gates } from './gates.ts'

/** One committed transaction. */
export interface Commit {
  readonly before: readonly Entry<unknown>[]
  readonly after: readonly Entry<unknown>[]
  /** In the order in which they were put. */
  readonly puts: readonly Entry<unknown>[]
}

export interface ViewParts {
  readonly store: Store
  readonly gates: Gates
  readonly owner: object
  readonly onCommit: (commit: Commit) => void
}

type Work = (transaction: Transaction) => Promise<unknown>

export interface View extends Store {
  /**
   * A write that has not begun never happens: with a number it has made so many steps, and is aborted. One that has
   * been committed stays, though nobody hears of it.
   */
  die(steps: number | null): Promise<void>
}

export function openView({ store, gates, owner, onCommit }: ViewParts): View {
  let unbegun: Work[] = []

  async function run<Result>(begin: () => Promise<Result>): Promise<Result> {
    await gates.pass(owner)
    const done = gates.during(begin)
    done.catch(() => {}) // it is delivered behind the gate
    await done.catch(() => {})
    await gates.pass(owner)
    return done
  }

  return {
    mode: store.mode,
    close: store.close,
    read: (work) => run(() => store.read(work)),
    write(work) {
      unbegun.push(work)
      return run(async () => {
        unbegun = unbegun.filter((other) => other !== work)
        const { result, commit } = await store.write(async (transaction) => {
          const before = await transaction.list<unknown>([])
          const puts: Entry<unknown>[] = []
          const done = await work(recording(transaction, puts))
          return {
            result: done,
            commit: { before, after: await transaction.list<unknown>([]), puts },
          }
        })
        onCommit(commit)
        return result
      })
    },
    async die(steps) {
      gates.close(owner)
      const [work] = unbegun
      if (steps === null || !work) return
      const died = store.write(async (transaction) => {
        await work(dying(transaction, steps))
        throw new Error('died')
      })
      await gates.during(() => died.catch(() => {}))
    },
  }
}

function recording(transaction: Transaction, puts: Entry<unknown>[]): Transaction {
  return {
    ...transaction,
    put(key, value) {
      puts.push({ key, value })
      transaction.put(key, value)
    },
  }
}

function dying(transaction: Transaction, steps: number): Transaction {
  let left = steps
  const step = (): Transaction => {
    if (left-- <= 0) throw new Error('died')
    return transaction
  }
  return {
    get: async (key) => step().get(key),
    list: async (prefix, most) => step().list(prefix, most),
    keys: async (prefix, most) => step().keys(prefix, most),
    put: (key: Key, value: unknown) => step().put(key, value),
    delete: (key) => step().delete(key),
    clear: (prefix) => step().clear(prefix),
  }
}
