import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { SDK_VERSION } from '../src/wire.ts'

it('the version in every batch is the version of the package', () => {
  const manifest = readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8')
  expect(SDK_VERSION).toBe((JSON.parse(manifest) as { version: string }).version)
})
