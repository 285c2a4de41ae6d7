/** MQTT 3.1.1 packets made and read by hand, so that a load generator costs a fraction of the broker it loads. */

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function packet(first: number, body: Buffer): Buffer {
  const length: number[] = []
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

export function connectPacket(options: { clientId: string; username?: string; password?: string; keepAliveSeconds?: number }): Buffer {
  const withLogin = options.username !== undefined && options.password !== undefined
  const header = Buffer.concat([text('MQTT'), Buffer.from([4, withLogin ? 0xc2 : 0x02, 0, options.keepAliveSeconds ?? 200])])
  const login = withLogin ? [text(options.username ?? ''), text(options.password ?? '')] : []
  return packet(0x10, Buffer.concat([header, text(options.clientId), ...login]))
}

export function subscribePacket(messageId: number, topic: string): Buffer {
  return packet(0x82, Buffer.concat([Buffer.from([messageId >> 8, messageId & 255]), text(topic), Buffer.from([1])]))
}

export function publishPacket(message: { topic: string; payload: string | Buffer; messageId: number; dup?: boolean }): Buffer {
  const id = Buffer.from([message.messageId >> 8, message.messageId & 255])
  return packet(0x32 | (message.dup ? 8 : 0), Buffer.concat([text(message.topic), id, Buffer.from(message.payload)]))
}

/** Several QoS 1 publishes to one topic in one buffer, with the ids `firstId`, `firstId + 1` …; each payload is ASCII and shorter than 16,000 bytes less the topic. */
export function publishPackets(message: { topic: string; payloads: readonly string[]; firstId: number }): Buffer {
  const { topic, payloads, firstId } = message
  const lengths = payloads.map((payload) => 2 + topic.length + 2 + payload.length)
  const packets = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length + (length > 127 ? 3 : 2), 0))
  let at = 0
  for (const [n, payload] of payloads.entries()) {
    const length = lengths[n] as number
    packets[at++] = 0x32
    if (length > 127) packets[at++] = (length & 127) | 128
    packets[at++] = length > 127 ? length >> 7 : length
    at = packets.writeUInt16BE(topic.length, at)
    at += packets.write(topic, at, 'latin1')
    at = packets.writeUInt16BE(firstId + n, at)
    at += packets.write(payload, at, 'latin1')
  }
  return packets
}

export const pubackPacket = (messageId: number): Buffer => Buffer.from([0x40, 2, messageId >> 8, messageId & 255])
export const pingPacket = Buffer.from([0xc0, 0])

/** What the reader understood: `kind` is the packet type (2 CONNACK, 3 PUBLISH, 4 PUBACK, 9 SUBACK …). */
export type Incoming = { kind: number; messageId: number; code: number }

/** Splits a byte stream into packets; keeps what is incomplete. */
export function packetReader(onPacket: (incoming: Incoming) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let offset = 0
    for (;;) {
      const next = readOne(bytes, offset)
      if (!next) break
      onPacket(next.incoming)
      offset = next.end
    }
    rest = bytes.subarray(offset)
  }
}

function readOne(bytes: Buffer, offset: number): { incoming: Incoming; end: number } | null {
  let length = 0
  let shift = 0
  let at = offset + 1
  for (; ; at++) {
    const byte = bytes[at]
    if (byte === undefined) return null
    length |= (byte & 127) << shift
    shift += 7
    if (byte < 128) break
  }
  const start = at + 1
  if (start + length > bytes.length) return null
  return { incoming: understand(bytes, { offset, start, end: start + length }), end: start + length }
}

function understand(bytes: Buffer, { offset, start, end }: { offset: number; start: number; end: number }): Incoming {
  const first = bytes[offset] ?? 0
  const kind = first >> 4
  if (kind === 2) return { kind, messageId: 0, code: bytes[start + 1] ?? 0 }
  if (kind !== 3) return { kind, messageId: end >= start + 2 ? bytes.readUInt16BE(start) : 0, code: 0 }
  const topicLength = bytes.readUInt16BE(start)
  const quality = (first >> 1) & 3
  return { kind, messageId: quality > 0 ? bytes.readUInt16BE(start + 2 + topicLength) : 0, code: 0 }
}
