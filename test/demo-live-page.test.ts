// The live page that the demo links to is there after `npm ci` alone.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureLivePage } from '../demo/live-page.ts'

test('it is built where it is not, and left alone where it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'live-page-'))
  try {
    const out = join(folder, 'page')
    await ensureLivePage({ logLevel: 'silent' }, out)
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('id="page"')
    expect((await readdir(join(out, 'assets'))).some((name) => name.endsWith('.js'))).toBe(true)
    await writeFile(join(out, 'index.html'), 'mine')
    await ensureLivePage({ logLevel: 'silent' }, out)
    expect(await readFile(join(out, 'index.html'), 'utf8')).toBe('mine')
  } finally {
    await rm(folder, { recursive: true })
  }
})
