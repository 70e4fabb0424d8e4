// Takes away from this worker what its name lists, before anything else is evaluated; and breaks it on demand.
const [, ...lacking] = self.name.split(' ')

for (const name of lacking) {
  const owner = name === 'locks' ? navigator : self
  Object.defineProperty(owner, name, { value: undefined, configurable: true })
}

new BroadcastChannel(self.name).onmessage = ({ data }) => {
  if (data === 'freeze') for (;;);
  if (data === 'throw') throw new Error('later')
}
