/** What the broker has seen and refused since it opened: plain numbers for the health page. */
export const newTally = () => ({
  /** Will messages removed from CONNECT, and messages that came with the retain flag. */
  wills: 0,
  retained: 0,
  /** Wrong id, name or token; and look-ups that failed or took too long. */
  loginsRefused: 0,
  loginsUnanswered: 0,
  publishesDenied: 0,
  subscriptionsDenied: 0,
  /** Packets over the size limit after login. */
  packetsTooLarge: 0,
  /** Connections that Aedes closed for an error: bad protocol, keep-alive over, a full socket. */
  connectionErrors: 0,
  /** Messages that could not be recorded: no PUBACK was sent. */
  notRecorded: 0,
  /** A device connected while it was still connected. */
  takeovers: 0,
  /** Connections cut because the most messages waited in their line. */
  cutOff: 0,
})
export type Tally = ReturnType<typeof newTally>
