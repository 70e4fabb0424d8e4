// What an S3-compatible store needs to be told.
import { isFileName } from './sink.ts'

export interface S3Options {
  /** Of the store, without the bucket: `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string
  readonly bucket: string
  /** As the store names it; many that have none want `us-east-1`, or `auto`. */
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
  /** Folders in the bucket that the files go into: `eu/calls`. @default none */
  readonly prefix?: string
}

/** Throws where one cannot be meant. */
export function checkS3Options(options: S3Options): void {
  const { endpoint, bucket, region, prefix } = options
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (!url || !/^https?:$/.test(url.protocol)) wrong('endpoint', 'an http or https address')
  // `fetch` takes no password in an address.
  if (url.username || url.password || url.search || url.hash) {
    wrong('endpoint', 'an address without a user, a query or a fragment')
  }
  if (!/^[\w.-]+$/.test(bucket) || !isFileName(bucket)) {
    wrong('bucket', `letters, digits, '.', '-' and '_'`, bucket)
  }
  if (!/^[\w-]+$/.test(region)) wrong('region', `letters, digits and '-'`, region)
  if (prefix !== undefined && !isFileName(prefix)) {
    wrong('prefix', `folders with '/' between them, none before or after`, prefix)
  }
  // A secret out of a file often has the line's end with it.
  for (const name of ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const) {
    const value = options[name]
    if (value === undefined && name === 'sessionToken') continue
    if (!/^[\x21-\x7e]+$/.test(value ?? '')) wrong(name, 'printable ASCII without spaces')
  }
}

/** Path-style, which every store knows; ends with a slash. */
export function bucketAddress({ endpoint, bucket }: S3Options): string {
  return `${endpoint.replace(/\/+$/, '')}/${bucket}/`
}

/** What came is told where it cannot be a secret. */
function wrong(name: string, expected: string, got?: string): never {
  const told = got === undefined ? 'something else' : `'${got}'`
  throw new TypeError(`${name}: expected ${expected}, got ${told}`)
}
