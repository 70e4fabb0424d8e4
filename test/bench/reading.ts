// What was measured, and what it is to be.

export interface Reading {
  readonly what: string
  readonly measured: string
  readonly target: string
  readonly isMet: boolean
}
