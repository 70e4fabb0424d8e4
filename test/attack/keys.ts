// Whom the collector under attack lets in.
export const KEY = 'the-key-of-the-collector'
export const ORIGIN = 'https://app.example'
/** Said by attackers, in every place where a secret can stand. */
export const WRONG_KEY = 'a-wrong-secret'
