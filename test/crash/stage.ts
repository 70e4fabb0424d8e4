// What a run of the matrix needs of a browser, whichever protocol drives it.

/** A page that is open. */
export interface StagePage {
  /** A function of ours, run in the page: it stands on nothing but its arguments. */
  call<Args extends readonly unknown[], Value>(
    work: (...args: Args) => Value,
    ...args: Args
  ): Promise<Awaited<Value>>
  /** The page may call `window[name](text)` from now on. */
  onBinding(name: string, listener: (text: string) => void): Promise<void>
  /** As a user closes it. */
  close(): Promise<void>
}

export interface Stage<Page extends StagePage = StagePage> {
  open(url: string): Promise<Page>
  /** Makes ready, and returns what does nothing but end the page. */
  prepareEnd(page: Page): Promise<() => Promise<void>>
  /** From here on pages can be opened again, on the same disk. */
  comeBack(): Promise<void>
  close(): Promise<void>
}
