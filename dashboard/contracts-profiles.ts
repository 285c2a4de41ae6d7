/** What the page of mapping profiles and the server say to each other. */

/** One signal as a person reads it: `sos yes`, `battery 88`. `device` '' is the sender itself. */
export type TriedSignal = { kind: string; device: string; shown: string }
export type TriedLine = { line: number; signals: readonly TriedSignal[]; problem: string | null }
export type StoredProfile = { id: string; text: string }
export type ProfileBody = { text: string }
export type TryBody = ProfileBody & { samples: string }
/** `problem` null: the profile is right, and `lines` says what the samples became. */
export type TryAnswer = { problem: string | null; lines: readonly TriedLine[] }
