// Main-thread CPU of a poll: blocks of polls, in random order, less an idle time of the same length.
import { CONTENDERS } from './contenders.ts'
import type { ContenderName } from './contenders.ts'
import type { Page } from './harness.ts'
import { mainThreadMs } from './main-thread.ts'
import type { Site } from './site.ts'

/** Milliseconds of the main thread for a poll, nothing subtracted: one number for each block. */
export type Blocks = Map<ContenderName, number[]>

const POLLS = 32
/** Code is compiled, the first report is read in full, and what the start has left to do is done. */
const WARM_UP_POLLS = 5

export interface Plan {
  readonly name: ContenderName
  /** Blocks. */
  readonly times: number
}

/** All blocks of a call. Those of one contender lie as far apart as those of another. */
export async function measure(
  page: Page,
  plans: readonly Plan[],
  onBody: Site['onBody'],
): Promise<Blocks> {
  let bodies = 0
  onBody(() => bodies++)
  const blocks: Blocks = new Map(plans.map(({ name }) => [name, []]))
  for (const name of inRandomOrder(plans)) {
    const before = bodies
    const ms = await measureBlock(page, name).catch((cause: unknown) => {
      throw new Error(`${name} could not be measured`, { cause })
    })
    blocks.get(name)?.push(ms)
    if (CONTENDERS[name].ships && bodies === before) throw new Error(`${name} has sent nothing`)
  }
  return blocks
}

async function measureBlock(page: Page, name: ContenderName): Promise<number> {
  // Nobody pays for what the one before has left.
  await page.send('HeapProfiler.collectGarbage')
  await page.ask('start', name)
  await page.ask('poll', WARM_UP_POLLS)
  const ms = await cost(page, () => page.ask('poll', POLLS))
  await page.ask('stop')
  return ms
}

async function cost(page: Page, work: () => Promise<void>): Promise<number> {
  const before = await mainThreadMs(page)
  await work()
  return ((await mainThreadMs(page)) - before) / POLLS
}

/** In rounds, so that a quiet minute of the machine is a minute of all. */
function inRandomOrder(plans: readonly Plan[]): ContenderName[] {
  const rounds = Math.max(...plans.map(({ times }) => times))
  return Array.from({ length: rounds }, (_, round) =>
    plans
      // Of five rounds one of two blocks goes into the first and the third.
      .filter(
        ({ times }) =>
          Math.floor((round * times) / rounds) !== Math.floor(((round - 1) * times) / rounds),
      )
      .map(({ name }) => ({ name, at: Math.random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ name }) => name),
  ).flat()
}
