// Reads what the types of the wire say of their members.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** One member of an interface. */
export interface MemberDoc {
  readonly name: string
  readonly isOptional: boolean
  /** A name for a union is written out. */
  readonly type: string
  /** Empty where nothing is said: then the name says it. */
  readonly text: string
}

const source = ['metrics', 'quality']
  .map((name) => readFileSync(resolve(import.meta.dirname, `../../src/${name}.ts`), 'utf8'))
  .join('\n')

/** A JSDoc comment, if there is one, and the member below it. */
const MEMBER = /(?:\/\*\*((?:(?!\*\/).)*)\*\/\s*)?readonly '?([\w.]+)'?(\??): ([^\n]+)/gs
const UNIONS = new Map(
  [...source.matchAll(/^export type (\w+) = ('[^\n]+)$/gm)].map(([, name, union]) => [name, union]),
)

/** The members of an interface, in their order. What is said of `group.one` holds for all of the group. */
export function membersOf(name: string): readonly MemberDoc[] {
  const body = new RegExp(`export interface ${name} \\{\\n(.*?)\\n\\}`, 's').exec(source)?.[1]
  if (body === undefined) throw new Error(`wire: expected an interface ${name}, got none`)
  const groups = new Map<string, string>()
  return [...body.matchAll(MEMBER)].map(([, comment = '', member = '', mark, type = '']) => {
    const text = comment.replaceAll(/\s*\n\s*\* /g, ' ').trim()
    const group = member.replace(/\..*/, '')
    if (text) groups.set(group, text)
    const isInGroup = group !== member
    return {
      name: member,
      isOptional: mark === '?',
      type: UNIONS.get(type) ?? type,
      text: text || (isInGroup && groups.get(group)) || '',
    }
  })
}
