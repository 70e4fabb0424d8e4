// A collector in a process of its own, whose memory can be measured, on a file as a program has it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatJson } from '../../collector/src/log-format.ts'
import { startCollector } from '../../collector/src/serve.ts'
import type { ServeOptions } from '../../collector/src/serve.ts'
import { openStore } from '../../collector/src/store/libsql.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as Partial<ServeOptions>
const folder = mkdtempSync(join(tmpdir(), 'collector-attack-'))
const collector = await startCollector({
  ...options,
  store: await openStore(join(folder, 'c.db')),
  log: (entry) => console.log(formatJson(entry)),
})
process.send?.(collector.url)
process.on('exit', () => rmSync(folder, { recursive: true }))
process.on('disconnect', () => process.exit())
