// A collector under attack: in a process of its own, with its memory, its log, and a client that behaves.
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import type { ServeOptions } from '../../collector/src/serve.ts'
import { startBystander } from './bystander.ts'
import type { Service } from './bystander.ts'
import { KEY, ORIGIN } from './keys.ts'

export interface Arena {
  readonly url: string
  /** Runs an attack beside a client that behaves; says how much memory the collector took at most, and how the client fared. */
  under(attack: (url: string) => Promise<void>): Promise<Outcome>
  /** All that it wrote. */
  lines(): string[]
  stop(): Promise<void>
}

export interface Outcome extends Service {
  /** Over what it held before the attack, at its highest. */
  readonly grownBytes: number
}

/** Starts a collector with these options, and lets it warm up. */
export async function openArena(options: Partial<ServeOptions> = {}): Promise<Arena> {
  const wanted = { keys: [KEY], corsOrigins: [ORIGIN], ...options }
  const victim = new URL('victim.ts', import.meta.url).pathname
  const child = fork(victim, [JSON.stringify(wanted)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let written = ''
  child.stdout?.on('data', (data) => (written += data))
  child.stderr?.on('data', (data) => (written += data))
  const [url] = (await once(child, 'message')) as [string]
  await (await startBystander(url)).stop()
  let round = 0
  return {
    url,
    async under(attack) {
      const before = forgetPeak(child)
      const bystander = await startBystander(url, `bystander-${(round += 1)}`)
      await attack(url)
      const service = await bystander.stop()
      if (child.exitCode !== null) throw new Error(`the collector ended: ${written.slice(-2000)}`)
      return { ...service, grownBytes: memory(child, 'VmHWM') - before }
    },
    lines: () => written.split('\n').slice(0, -1),
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** From here on the highest is the highest since now: https://www.kernel.org/doc/Documentation/filesystems/proc.txt */
function forgetPeak(child: ChildProcess): number {
  writeFileSync(`/proc/${child.pid}/clear_refs`, '5')
  return memory(child, 'VmRSS')
}

function memory(child: ChildProcess, name: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const kB = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]
  return Number(kB) * 1024
}
