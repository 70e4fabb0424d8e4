// The headers of an answer that a browser saves as a file.

/** Anything may be in a name of a sender: the path and the ending of a file are ours. */
const UNSAFE = /[^\w.-]+/g
/** Folders, and what is not seen or turns around what is. */
const NO_NAME = /[\p{C}\u2028\u2029/\\]/gu
const MAX_CHARS = 100

/**
 * `Content-Disposition` with a name for those who know ASCII alone, and the whole of it for the others (RFC 6266, RFC
 * 8187). The id is one that is kept: it has no half of a surrogate pair. The ending is `.items.jsonl` or the like.
 */
export function attachmentHeaders(
  sessionId: string,
  ending: string,
  contentType: string,
): Record<string, string> {
  const plain = visible(sessionId.replace(UNSAFE, '_').slice(0, MAX_CHARS))
  const whole = visible([...sessionId.replace(NO_NAME, '_')].slice(0, MAX_CHARS).join(''))
  const names = [`filename="${plain}${ending}"`]
  if (whole !== plain) names.push(`filename*=UTF-8''${encode(whole + ending)}`)
  return {
    'Content-Type': contentType,
    'Content-Disposition': `attachment; ${names.join('; ')}`,
    // What a sender wrote is a file, whatever it looks like.
    'X-Content-Type-Options': 'nosniff',
  }
}

/** A file that begins with a point is hidden, or a folder. */
function visible(name: string): string {
  return name.replace(/^\.+/, '_')
}

/** `attr-char` of RFC 8187 and percent signs. */
function encode(text: string): string {
  const escape = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text).replace(/['()*]/g, escape)
}
