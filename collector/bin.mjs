#!/usr/bin/env node
// The program as it was built; in a clone it may not be yet.
import { existsSync } from 'node:fs'

const built = new URL('dist/cli.js', import.meta.url)
if (existsSync(built)) await import(built.href)
else {
  process.stderr.write('The collector is not built yet: "npm run build" builds it.\n')
  process.exitCode = 1
}
