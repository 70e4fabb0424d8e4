// The build, as an app loads it.
import type * as Library from '../../../src/index.ts'

/** What is imported by its full address no bundler looks into: what runs is the file as it is published. */
export const loadLibrary = (): Promise<typeof Library> =>
  import(/* @vite-ignore */ new URL('/dist/index.js', location.href).href)
