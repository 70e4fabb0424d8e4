// Where the engine runs when a worker cannot: as its page's policy has it.
import { equal, isTrue } from './assert.ts'
import { locksHeld } from './disk.ts'
import { until } from '../../run.ts'
import type { Check, Scene } from './scene.ts'

/** What a page under a policy says of its engine. */
export interface Place {
  readonly mode: string
  readonly failed: readonly string[]
}

async function placeUnder(policy: string, scene: Scene): Promise<Place> {
  const query = new URLSearchParams({ csp: policy, url: scene.run.url })
  const told = new Promise<Place>((resolve) => {
    const hear = ({ data }: MessageEvent<Partial<Place>>): void => {
      if (data.mode === undefined) return
      window.removeEventListener('message', hear)
      resolve(data as Place)
    }
    window.addEventListener('message', hear)
  })
  scene.startFrame(`placed.html?${query}`)
  return told
}

/** The engine runs where the policy lets it, and the app hears of each place where it does not. */
const underPolicy = (rule: string, policy: string, mode: string, failures: number): Check => ({
  name: `${rule}, and the app hears of each place that failed`,
  async run(scene) {
    const place = await placeUnder(policy, scene)
    const said = place.failed.join('; ')
    equal([place.mode, place.failed.length], [mode, failures], `place and failures: ${said}`)
    const isNamed = place.failed.every((failure) => failure.includes('does not run: '))
    isTrue(isNamed, 'each says what does not run', said)
    const { items } = await scene.run.ledger()
    isTrue(items.filter(({ event }) => event === 'hello').length === 1, 'its event arrived')
  },
})

export const PLACE_CHECKS: readonly Check[] = [
  underPolicy(
    'a policy for worker files: the engine is a worker',
    "worker-src 'self'",
    'worker',
    0,
  ),
  underPolicy('a policy for own scripts: the engine is a worker', "script-src 'self'", 'worker', 0),
  underPolicy('a policy for blobs alone: the engine is a blob', 'worker-src blob:', 'blob', 1),
  underPolicy(
    'a policy against workers: the engine is in the page',
    "worker-src 'none'",
    'page',
    2,
  ),
  {
    name: 'an engine in the page lets go at destroy(): the next one sends what it could not',
    async run(scene) {
      await scene.run.script({ steps: [{ status: 503 }] })
      const RealWorker = window.Worker
      window.Worker = undefined as unknown as typeof Worker
      try {
        const first = scene.startExporter({ timeout: 2000 })
        first.addEvent('left behind')
        await first.flush()
        equal(first.mode, 'page', 'where the engine runs')
        scene.errors.splice(0)
        await first.destroy()
      } finally {
        window.Worker = RealWorker
      }
      const held = await locksHeld(scene.run.url)
      equal(held, [], 'the locks that are held after destroy()')
      await scene.run.script({ steps: [{}] })
      scene.startExporter()
      await until(scene.run.ledger, ({ kept }) => kept > 0)
    },
  },
]
