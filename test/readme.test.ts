// The README says what is true.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultOf } from '../collector/src/config/help.ts'
import { envOf } from '../collector/src/config/setting.ts'
import { LIST } from '../collector/src/config/settings.ts'
import { DEFAULTS, resolveOptions } from '../src/options.ts'

const read = (file: string): string =>
  readFileSync(resolve(import.meta.dirname, '..', file), 'utf8')
const readme = read('README.md')

/** The rows of the table under a heading, cell by cell. */
function table(heading: string): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  return rows.slice(1).map((row) => row.split(' | ').map((cell) => cell.replace(/^\| /, '')))
}

describe('README', () => {
  it.each([
    ['js', 'docs/backend.mjs'],
    ['ts', 'docs/stats-worker.ts'],
    ['ts', 'docs/over-my-socket.ts'],
    ['js', 'test/consumers/apps/collector/express.mjs'],
    ['js', 'test/consumers/apps/collector/hono.mjs'],
    ['js', 'test/consumers/apps/collector/node.mjs'],
  ])('the %s to copy is what the tests run: %s', (language, file) => {
    expect(readme).toContain(`\`\`\`${language}\n${read(file)}\`\`\``)
  })

  it.each(['docs/stats-worker.ts', 'docs/over-my-socket.ts'])(
    'a transport of your own is twenty lines at most: %s',
    (file) => {
      expect(read(file).trimEnd().split('\n').length).toBeLessThanOrEqual(20)
    },
  )

  it('names every option, and no other', () => {
    const named = table('Options').flatMap(([name = '']) => name.match(/\w+/g) ?? [])
    const known = Object.keys(resolveOptions({ url: '/x' }, 'https://x.example/', () => 'id'))
    expect(named.sort()).toEqual(known.sort())
  })

  it('gives every default as it is', () => {
    const written = new Map(table('Options').map(([name = '', , value = '']) => [name, value]))
    for (const [name, value] of Object.entries(DEFAULTS)) {
      if (name === 'queue') continue // below
      const expected = typeof value === 'object' ? '{}' : String(value)
      expect([name, written.get(`\`${name}\``)?.replace(/[`',]/g, '')]).toEqual([name, expected])
    }
  })

  it('names every option of the collector, with its default', () => {
    const written = table('The collector').map(([name = '', value = '']) => [
      name.match(/[\w-]+/)?.[0].replace(/^--/, ''),
      value.replace(/`|(?<=\d),(?=\d)/g, ''),
    ])
    const known = LIST.map(([, setting]) => [
      setting.hasNoFlag ? envOf(setting) : setting.name,
      defaultOf(setting) ?? '',
    ])
    expect(written).toEqual(known)
  })

  it('gives every bound of the queue as it is', () => {
    const written = table('What is promised').map(([name = '', value = '']) => [name, value])
    for (const [name, value] of Object.entries(DEFAULTS.queue)) {
      const cell = written.find(([first]) => first === `\`${name}\``)?.[1]
      expect([name, cell?.replace(/[`',]/g, '')]).toEqual([name, String(value)])
    }
  })
})
