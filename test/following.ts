// Follows a stream of the live page, as a browser would: event after event, and no faster than it asks.
import type { StreamEvents } from '../collector/src/live/views.ts'

type Name = keyof StreamEvents
export type Told = {
  [Each in Name]: { readonly name: Each; readonly data: StreamEvents[Each] }
}[Name]

export interface Following {
  /** The next of these; undefined where the stream ended before. */
  next<Wanted extends Name>(
    ...names: readonly Wanted[]
  ): Promise<(Told & { name: Wanted }) | undefined>
  /** All up to where it has caught up, or to its end. */
  caughtUp(): Promise<readonly Told[]>
  /** Not a word came yet but comments. */
  comments(): number
  leave(): Promise<void>
}

/** @throws Error where it is no stream */
export function following(response: Response): Following {
  const type = response.headers.get('content-type')
  if (response.status !== 200 || type !== 'text/event-stream' || !response.body) {
    throw new Error(`expected a stream, got ${response.status} ${type}`)
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let comments = 0

  async function nextTold(): Promise<Told | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const [, name, data] = /^event: (\S+)\ndata: (.*)$/.exec(block) ?? []
        if (name !== undefined) return { name, data: JSON.parse(data ?? '') } as Told
        comments += 1
        continue
      }
      const { done, value } = await reader.read()
      if (done) return undefined
      text += value
    }
  }

  return {
    async next(...names) {
      for (;;) {
        const told = await nextTold()
        if (!told || (names as readonly Name[]).includes(told.name)) return told as never
      }
    },
    async caughtUp() {
      const all: Told[] = []
      for (;;) {
        const told = await nextTold()
        if (!told || told.name === 'caught-up') return all
        all.push(told)
      }
    },
    comments: () => comments,
    leave: () => reader.cancel(),
  }
}

/** The data of those events that are of this name, in their order. */
export function dataOf<Wanted extends Name>(
  told: readonly Told[],
  name: Wanted,
): StreamEvents[Wanted][] {
  return told.filter((one) => one.name === name).map(({ data }) => data as StreamEvents[Wanted])
}
