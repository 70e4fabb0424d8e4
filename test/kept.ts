// What a store holds, in one piece.
import type { Store } from '../collector/src/store/store.ts'

type Shown = Readonly<Record<string, unknown>>

/** The items of a session, by producer and seq. */
export async function keptItems(store: Store, sessionId: string): Promise<readonly Shown[]> {
  const session = await store.session(sessionId)
  const items: Shown[] = []
  for await (const page of session?.items() ?? []) {
    items.push(...page.map((json) => JSON.parse(json) as Shown))
  }
  return items
}
