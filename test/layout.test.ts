// Who imports whom is held by the linter: what is planted here against the arrows must not pass.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Lints these files as if they stood in the repo; returns what the linter said, empty where it is content. */
function lint(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'layout-'))
  folders.push(folder)
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  for (const [name, code] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), code)
  }
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings'],
    { cwd: folder, encoding: 'utf8' },
  )
  return status === 0 ? '' : stdout
}

const leaf = 'export const thing = 1\n'
const importing = (from: string): string =>
  `import { thing } from '${from}'\n\nexport const it = thing\n`

describe('import directions', () => {
  it.each([
    ['src/peer.ts', '../workers/queue.ts'],
    ['src/peer.ts', '../transports/fetch.ts'],
    ['src/peer.ts', '../collector/src/app.ts'],
    ['src/peer.ts', 'zod'],
    ['src/peer.ts', 'zod/mini'],
    ['src/peer.ts', 'ky'],
    ['src/peer.ts', 'idb-keyval'],
    ['src/wire.ts', './peer.ts'],
    ['src/wire.ts', '../workers/queue.ts'],
    ['workers/queue.ts', '../src/peer.ts'],
    ['workers/queue.ts', '../collector/src/app.ts'],
    ['workers/queue.ts', '../demo/main.ts'],
    ['workers/queue.ts', 'zod'],
    ['transports/fetch.ts', '../workers/queue.ts'],
    ['transports/fetch.ts', '../src/peer.ts'],
    ['collector/src/app.ts', '../../workers/queue.ts'],
    ['collector/src/app.ts', '../../src/peer.ts'],
    ['demo/main.ts', '../test/stores.ts'],
    ['demo/page.tsx', '../test/stores.ts'],
    ['collector/page/page.tsx', '../../workers/queue.ts'],
    ['collector/page/ui/card.tsx', '../route.ts'],
    ['collector/page/ui/card.tsx', '../../src/live/views.ts'],
  ])('%s must not import %s', (file, from) => {
    const target = from.startsWith('.') ? { [join(dirname(file), from)]: leaf } : {}
    expect(lint({ ...target, [file]: importing(from) })).toContain('no-restricted-imports')
  })

  it.each([
    ['src/peer.ts', './wire.ts'],
    ['src/peer.ts', '../transports/beacon.ts'],
    ['src/protocol.ts', './terms.ts'],
    ['src/terms.ts', './wire.ts'],
    ['src/protocol.ts', '../transports/transport.ts'],
    ['src/transports.ts', '../transports/transport.ts'],
    ['src/schema.ts', 'zod/mini'],
    ['workers/queue.ts', '../src/wire.ts'],
    ['workers/queue.ts', '../transports/fetch.ts'],
    ['workers/queue.ts', 'idb-keyval'],
    ['workers/queue.ts', '../src/terms.ts'],
    ['workers/account.ts', '../src/summary.ts'],
    ['src/summary.ts', './quality.ts'],
    ['transports/fetch.ts', '../src/wire.ts'],
    ['transports/fetch.ts', '../src/terms.ts'],
    ['collector/src/app.ts', '../../src/schema.ts'],
    ['demo/main.ts', '../src/index.ts'],
    ['demo/page.tsx', '../collector/page/ui/card.tsx'],
    ['collector/page/page.tsx', '../src/live/views.ts'],
    ['collector/page/ui/card.tsx', './tone.ts'],
  ])('%s may import %s', (file, from) => {
    const target = from.startsWith('.') ? { [join(dirname(file), from)]: leaf } : {}
    expect(lint({ ...target, [file]: importing(from) })).toBe('')
  })

  it('a cycle does not pass', () => {
    const files = { 'workers/a.ts': importing('./b.ts'), 'workers/b.ts': importing('./a.ts') }
    expect(lint(files)).toContain('no-cycle')
  })

  it('a cycle of types alone does not pass either', () => {
    const code = (name: string, other: string): string =>
      `import type { ${other} } from './${other}.ts'\n\nexport interface ${name} {\n  readonly other: ${other}\n}\n`
    const files = { 'workers/One.ts': code('One', 'Two'), 'workers/Two.ts': code('Two', 'One') }
    expect(lint(files)).toContain('no-cycle')
  })
})
