// A collector in a process of its own, whose memory can be measured. Each line of its log comes out as one of JSON.
import { startCollector } from '../../collector/src/serve.ts'
import type { ServeOptions } from '../../collector/src/serve.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as Partial<ServeOptions>
const collector = await startCollector({
  ...options,
  log: (line) => console.log(JSON.stringify(line)),
})
process.send?.(collector.url)
process.on('disconnect', () => process.exit())
