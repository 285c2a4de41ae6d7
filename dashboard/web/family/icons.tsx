/** The signs. Each says by its shape what its colour says; words stand beside them, so none is read aloud. */

export const Home = () => (
  <svg width="26" height="26" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
    <path d="M3 11 12 3l9 8v10H3z" stroke-linejoin="round" />
  </svg>
)
export const Bell = () => (
  <svg width="26" height="26" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
    <path d="M5 17h14l-2-3V9a5 5 0 0 0-10 0v5zM10 21h4" stroke-linejoin="round" stroke-linecap="round" />
  </svg>
)
export const Days = () => (
  <svg width="26" height="26" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
    <path d="M4 5h16v16H4zM4 10h16M8 2v5M16 2v5" stroke-linejoin="round" />
  </svg>
)
export const Person = () => (
  <svg width="26" height="26" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
    <circle cx="12" cy="8" r="4" />
    <path d="M4 21a8 8 0 0 1 16 0" />
  </svg>
)
export const Phone = () => (
  <svg width="22" height="22" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
    <path d="M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.24 11.4 11.4 0 0 0 3.6.57 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1c0 1.25.2 2.45.57 3.6a1 1 0 0 1-.25 1z" />
  </svg>
)

/** The answers to "is she all right": a tick, a triangle, an octagon, a question in a broken ring, and a way out where she is not at home. */
export type SignName = 'well' | 'look' | 'alarm' | 'calling' | 'away' | 'unknown'

export const Sign = ({ name, size = 54 }: { name: SignName; size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 52 52" aria-hidden="true">
    {marks[name]}
  </svg>
)

const marks = {
  well: (
    <>
      <circle cx="26" cy="26" r="25" fill="#0f6b56" />
      <path d="M14 27l8.5 8.5L38 19" stroke="#fff" stroke-width="5" fill="none" stroke-linecap="round" stroke-linejoin="round" />
    </>
  ),
  look: (
    <>
      <path d="M26 3 50 47H2z" fill="#8a5200" stroke="#8a5200" stroke-width="3" stroke-linejoin="round" />
      <path d="M26 19v13" stroke="#fff" stroke-width="5" stroke-linecap="round" />
      <circle cx="26" cy="40" r="3" fill="#fff" />
    </>
  ),
  alarm: (
    <>
      <path d="M16 1h20l15 15v20L36 51H16L1 36V16z" fill="#b3121f" />
      <path d="M26 11v18" stroke="#fff" stroke-width="6" stroke-linecap="round" />
      <circle cx="26" cy="39" r="3.6" fill="#fff" />
    </>
  ),
  // The alarm's sign where the ground itself is red.
  calling: (
    <>
      <path d="M16 1h20l15 15v20L36 51H16L1 36V16z" fill="#fff" />
      <path d="M26 11v18" stroke="#b3121f" stroke-width="6" stroke-linecap="round" />
      <circle cx="26" cy="39" r="3.6" fill="#b3121f" />
    </>
  ),
  away: (
    <>
      <circle cx="26" cy="26" r="25" fill="#4d5860" />
      <path d="M14 26h22M27 16l10 10-10 10" stroke="#fff" stroke-width="5" fill="none" stroke-linecap="round" stroke-linejoin="round" />
    </>
  ),
  unknown: (
    <>
      <circle cx="26" cy="26" r="23.5" fill="#fff" stroke="#4d5860" stroke-width="4" stroke-dasharray="9 6" />
      <path
        d="M19.5 21a6.5 6.5 0 1 1 9.6 5.7c-2 1.1-3.1 2.3-3.1 4.6"
        stroke="#4d5860"
        stroke-width="4"
        fill="none"
        stroke-linecap="round"
      />
      <circle cx="26" cy="38" r="2.7" fill="#4d5860" />
    </>
  ),
} as const

/** A step of help: done, or waited for. */
export const Done = () => (
  <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
    <path d="M3 9l4 4 8-8" stroke="#fff" stroke-width="3" fill="none" stroke-linecap="round" stroke-linejoin="round" />
  </svg>
)
