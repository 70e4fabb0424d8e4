#!/usr/bin/env node
// The program as it was built; in a clone, where it is not built, its source.
import { existsSync } from 'node:fs'

const built = new URL('dist/cli.js', import.meta.url)
if (existsSync(built)) await import(built.href)
else {
  const { tsImport } = await import('tsx/esm/api')
  await tsImport('./src/cli.ts', import.meta.url)
}
