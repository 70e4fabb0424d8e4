// A producer whose row is gone or broken gets another one.
import type { Ledger } from './ledger.ts'
import { isProducerRow, NEWCOMER, NOBODY, producerKey, sizeOf } from './rows.ts'
import type { ProducerRow } from './rows.ts'

/** So that what it left can be counted, and what comes is numbered after it. */
export function repair(ledger: Ledger, producer: string): Promise<void> {
  return ledger.write(async (transaction) => {
    const key = producerKey(producer)
    if (isProducerRow(await transaction.get(key))) return
    const kinds = ['i', 'b'].map((kind) => transaction.list([kind, producer]))
    const rows = (await Promise.all(kinds)).flat()
    const numbered = await Promise.all(['b', 'q'].map((kind) => transaction.keys([kind, producer])))
    const numbers = numbered.flat().map((numberedKey) => Number(numberedKey.at(-1)))
    const sizes = rows.map(({ value }) => sizeOf(value))
    const row: ProducerRow = {
      ...NEWCOMER,
      ...NOBODY,
      nextBatch: Math.max(-1, ...numbers) + 1,
      items: sizes.reduce((sum, { items }) => sum + items, 0),
      bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    }
    transaction.put(key, row)
  })
}
