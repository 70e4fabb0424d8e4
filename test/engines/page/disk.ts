// What lies on the disk of an endpoint, read past the exporter.

const nameOf = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return `webrtc-stats-exporter:${origin}${pathname}`
}

/** The keys in the endpoint's database: `['i' | 'b' | 'q' | 'p' | 'm', producer, ...]`. */
export async function keysOnDisk(url: string): Promise<(string | number)[][]> {
  const database = await promised(indexedDB.open(nameOf(url)))
  try {
    const store = database.transaction('queue').objectStore('queue')
    return (await promised(store.getAllKeys())) as (string | number)[][]
  } finally {
    database.close()
  }
}

/** The locks that are held for the endpoint, without its name. */
export async function locksHeld(url: string): Promise<string[]> {
  const { held = [] } = await navigator.locks.query()
  const name = nameOf(url)
  return held
    .map((lock) => lock.name ?? '')
    .filter((lock) => lock.startsWith(`${name} `))
    .map((lock) => lock.slice(name.length + 1))
    .sort()
}

function promised<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}
