// The head of a view: the way to it, its name and its state. The name is the page's title as well.
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Crumbs } from '../ui/crumbs.tsx'
import type { Crumb } from '../ui/crumbs.tsx'
import './head.css'

/** What a head is made of. */
export interface HeadProps {
  readonly title: string
  /** The ways up from here, the highest first. @default none */
  readonly crumbs?: readonly Crumb[]
  /** Beside the name: a state, a choice. */
  readonly children?: ComponentChildren
}

/** Its heading takes the focus when somebody comes here from another view. */
export function Head({ title, crumbs = [], children }: HeadProps) {
  useEffect(() => {
    document.title = `${title} · Calls`
  }, [title])
  return (
    <div class="head">
      {crumbs.length > 0 && <Crumbs steps={[...crumbs, { text: title }]} />}
      <div class="head-line">
        <h1 tabIndex={-1}>{title}</h1>
        {children}
      </div>
    </div>
  )
}
