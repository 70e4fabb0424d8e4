// A collector in a process of its own, to be killed: on a file, with files of a minute, on a clock that its parent sets.
import { startCollector } from '../collector/src/serve.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { createDirectorySink } from '../collector/src/streams/directory.ts'

const [data = '', directory = '', startMs = ''] = process.argv.slice(2)
let now = Number(startMs)
let timers: { readonly at: number; readonly call: () => void }[] = []

const clock = {
  now: () => now,
  after(ms: number, call: () => void): () => void {
    const timer = { at: now + ms, call }
    timers.push(timer)
    return () => (timers = timers.filter((other) => other !== timer))
  },
}

process.on('message', (to: number) => {
  now = to
  const due = timers.filter(({ at }) => at <= now)
  timers = timers.filter(({ at }) => at > now)
  for (const { call } of due) call()
})

const collector = await startCollector({
  ...{ clock, intervalMinutes: 1, log: () => {} },
  store: await openStore(data, { now: clock.now }),
  sink: createDirectorySink(directory),
  roomUrl: (roomId) => `https://app.example/${encodeURIComponent(roomId)}`,
})
process.send?.(collector.url)
