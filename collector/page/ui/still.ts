// A component that is drawn again only where something of what it is given is another one.
import { Component } from 'preact'
import type { ComponentChildren, VNode } from 'preact'

/**
 * Of many rows few change. An element that is kept with `useMemo` would do as well, but it holds what it was drawn in,
 * and that what was drawn before: a table that is followed for hours would hold every row that it ever had.
 */
export function still<Props extends object>(
  draw: (props: Props) => ComponentChildren,
): (props: Props) => VNode {
  class Still extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const [old, given] = [this.props, next] as readonly Readonly<Record<string, unknown>>[]
      return Object.keys({ ...old, ...given }).some((name) => old?.[name] !== given?.[name])
    }

    override render(): ComponentChildren {
      return draw(this.props)
    }
  }
  // It is used as an element alone, where either will do.
  return Still as unknown as (props: Props) => VNode
}
