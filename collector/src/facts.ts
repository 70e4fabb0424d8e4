// What is known of who sent a batch: what the batch says, and where its connection came from.
import type { PlainItem, ReceivedItem } from '../../src/schema.ts'
import type { ClientHints, ClientQueue, Devices, DropCounts } from '../../src/wire.ts'

/** Of the source address, by the operator's own MMDB files; the address itself is kept nowhere. */
export interface Location {
  readonly city: string | null
  readonly country: string | null
  readonly organization: string | null
}

export const NOWHERE: Location = { city: null, country: null, organization: null }

/** Facts of one batch. Of a plain body nothing but the room and the location is known. */
export interface Facts {
  /** The `sessionId` where none was named. */
  readonly roomId: string
  readonly userId: string | null
  readonly keys: Readonly<Record<string, string>>
  readonly sdkVersion: string | null
  readonly userAgent: string | null
  readonly hints: ClientHints | null
  readonly devices: Devices
  /** When the batch was sealed; null where it does not say, or names a mode that is not known here. */
  readonly queue: ClientQueue | null
  /**
   * Given up before this batch and after the last one of its producer, for the reasons that are known here. Each item of
   * the batch has it: it counts once.
   */
  readonly dropped: DropCounts
  readonly location: Location
}

/** An item that was kept, with what came along with it: all that the rooms are made of. */
export interface KeptItem {
  /** ms since the Unix epoch, by the collector's clock; it never goes back from one item to the next. */
  readonly receivedAt: number
  readonly sessionId: string
  /** Null from a plain body, whose items have no `seq`, no `pcId` and no `metrics`. */
  readonly producer: string | null
  /** When its batch was sealed, ms since the Unix epoch, by the clock of who sent it. */
  readonly exportedAt: number
  readonly facts: Facts
  readonly item: ReceivedItem | PlainItem
}
