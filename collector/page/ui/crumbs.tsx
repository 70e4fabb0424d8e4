// The way from the whole to what is shown: each step is a link but the last.
import './crumbs.css'

/** One step; without an address it is where one stands. */
export interface Crumb {
  readonly text: string
  readonly href?: string
}

/** The last one is the page itself. */
export function Crumbs({ steps }: { readonly steps: readonly Crumb[] }) {
  return (
    <nav class="crumbs" aria-label="Where this is">
      <ol>
        {steps.map(({ text, href }) => (
          <li key={href ?? text}>
            {href === undefined ? (
              <span aria-current="page">{text}</span>
            ) : (
              <a href={href}>{text}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
