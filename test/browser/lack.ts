// Takes away from this worker what its name lists, before anything else is evaluated; and breaks it on demand.
const [, ...lacking] = self.name.split(' ')

/** As in a frame that may store nothing: it is there, and refuses. */
const refuse = (): Promise<never> =>
  Promise.reject(new DOMException('storage is refused here', 'SecurityError'))

for (const name of lacking) {
  const isRefused = name === 'refusedLocks'
  const value = isRefused ? { request: refuse, query: refuse } : undefined
  const [owner, member] =
    isRefused || name === 'locks' ? ([navigator, 'locks'] as const) : ([self, name] as const)
  Object.defineProperty(owner, member, { value, configurable: true })
}

new BroadcastChannel(self.name).onmessage = ({ data }) => {
  if (data === 'freeze') for (;;);
  if (data === 'throw') throw new Error('later')
}
