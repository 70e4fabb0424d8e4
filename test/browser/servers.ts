// Starts, in Node, what the tests in real browsers talk to.
import type { TestProject } from 'vitest/node'
import { startFaultCollector } from '../fault-collector.ts'
import { startBackends } from './backends.ts'
import type { Backends } from './backends.ts'
import { startOwnBackend } from './own-backend.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The fault collector. */
    faults: string
    backends: Backends
    /** Speaks something of its own. */
    ownBackend: string
    /** `npm run test:long` */
    isLong: boolean
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [faults, backends, own] = await Promise.all([
    startFaultCollector(),
    startBackends(),
    startOwnBackend(),
  ])
  project.provide('ownBackend', own.url)
  project.provide('faults', faults.url)
  project.provide('backends', backends.urls)
  project.provide('isLong', process.env['LONG'] === '1')
  return async () => {
    await faults.close()
    await backends.close()
    await own.close()
  }
}
