// Puts the licences of what a build bundles beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const LICENCES = 'THIRD-PARTY-LICENSES.txt'

/** The licences of what is bundled, of this build and of those before it into the same folder. */
export function licences(outDir = 'dist'): Plugin {
  return {
    name: 'licences',
    generateBundle() {
      const inPackage = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//
      const folders = [...this.getModuleIds()].map((id) =>
        inPackage.exec(id)?.slice(1, 3).join('\n'),
      )
      const texts = [...new Set(folders.filter((folder) => folder !== undefined))]
        .toSorted()
        .map((folder) => {
          const [path = '', name] = folder.split('\n')
          const { version, license } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'))
          const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry)) ?? ''
          return `${name} ${version} (${license})\n\n${readFileSync(`${path}/${file}`, 'utf8').trim()}\n`
        })
      const before = existsSync(`${outDir}/${LICENCES}`)
        ? [readFileSync(`${outDir}/${LICENCES}`, 'utf8')]
        : []
      const source = [...before, ...texts].join(`\n${'-'.repeat(80)}\n\n`)
      this.emitFile({ type: 'asset', fileName: LICENCES, source })
    },
  }
}
