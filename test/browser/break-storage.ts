// Breaks the storage of this worker: from the start, where its name says so, and as it is told later. The page's stays.
export type StorageFault =
  | 'open hangs'
  | 'UnknownError'
  | 'QuotaExceededError'
  | 'DataCloneError'
  | 'absent'

const [, initial = ''] = self.name.split('|')
let fault = initial as StorageFault | ''
const real = {
  indexedDB: self.indexedDB,
  open: IDBFactory.prototype.open,
  transaction: IDBDatabase.prototype.transaction,
  put: IDBObjectStore.prototype.put,
}

Object.defineProperty(self, 'indexedDB', {
  get: () => (fault === 'absent' ? undefined : real.indexedDB),
})

IDBFactory.prototype.open = function (...args) {
  return fault === 'open hangs' ? ({} as IDBOpenDBRequest) : real.open.apply(this, args)
}

IDBDatabase.prototype.transaction = function (
  this: IDBDatabase,
  ...args: Parameters<typeof real.transaction>
) {
  if (fault === 'UnknownError') throw new DOMException('Internal error', 'UnknownError')
  // Whoever has opened it before must open it again.
  if (fault === 'open hangs' || fault === 'absent') {
    throw new DOMException('The connection is closing', 'InvalidStateError')
  }
  return real.transaction.apply(this, args)
} as typeof real.transaction

IDBObjectStore.prototype.put = function (...args) {
  if (fault === 'QuotaExceededError' || fault === 'DataCloneError') {
    throw new DOMException('it cannot be put', fault)
  }
  return real.put.apply(this, args)
}

const channel = new BroadcastChannel(self.name)
channel.onmessage = ({ data }: MessageEvent<StorageFault | ''>) => {
  fault = data
  channel.postMessage('done')
}
