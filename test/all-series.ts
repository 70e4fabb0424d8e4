// Every recording of a connection that there is: ours, and those that lie beside the repository on some machines.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Stat } from '../src/stats.ts'

export interface Recorded {
  /** File and connection. */
  readonly name: string
  readonly polls: readonly (readonly Stat[])[]
}

interface Series {
  readonly peerConnections: readonly {
    readonly pcId: string
    readonly polls: readonly { readonly report: Stat[] }[]
  }[]
}

const FOLDERS = [
  'fixtures/recordings',
  '../../shared/fixtures/recordings',
  '../../shared/fixtures/jitsi',
]

/** One that was written by hand is always there. */
export function everyRecording(): readonly Recorded[] {
  const read = (url: URL) => JSON.parse(readFileSync(url, 'utf8')) as unknown
  const { reports } = read(new URL('fixtures/safari.synthetic.json', import.meta.url)) as {
    reports: Stat[][]
  }
  const files = FOLDERS.map((folder) => new URL(`${folder}/`, import.meta.url))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.series.json'))
        .map((file) => new URL(file, folder)),
    )
  const recorded = files.flatMap((file) =>
    (read(file) as Series).peerConnections.map(({ pcId, polls }) => ({
      name: `${file.pathname.split('/').at(-1)?.split('.series')[0]} ${pcId}`,
      polls: polls.map(({ report }) => report),
    })),
  )
  return [{ name: 'safari.synthetic', polls: reports }, ...recorded]
}
