/** For tests: reads a CAP document strictly and says what the 1.2 schema would find wrong with it: order, required elements, enumerations, formats. */

export type Node = { name: string; text: string; children: readonly Node[] }

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Well-formed XML without comments, CDATA or processing instructions, which we never write. Throws for anything else. */
export function readXml(document: string): Node {
  const tokens = document.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, '').match(/<[^<>]*>|[^<>]+/g) ?? []
  let at = 0
  const element = (): Node => {
    const open = /^<([A-Za-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>$/.exec(tokens[at++] ?? '')
    if (!open) throw new Error(`not an element: ${tokens[at - 1]}`)
    const [, name = '', , empty] = open
    if (empty) return { name, text: '', children: [] }
    const children: Node[] = []
    let text = ''
    for (;;) {
      const token = tokens[at] ?? ''
      if (token === `</${name}>`) {
        at += 1
        return { name, text: children.length > 0 ? '' : text, children }
      }
      if (token === '') throw new Error(`${name} does not end`)
      if (token.startsWith('<')) children.push(element())
      else {
        text += unescaped(token)
        at += 1
      }
    }
  }
  const root = element()
  if (tokens.slice(at).join('').trim() !== '') throw new Error('something follows the document')
  return root
}

function unescaped(text: string): string {
  if (/&(?!(amp|lt|gt|quot|apos);)/.test(text)) throw new Error(`a bare ampersand in ${text}`)
  return text.replace(/&(\w+);/g, (_, name: string) => entities[name] ?? '')
}

/** name, least, most, and what the text must be. */
type Rule = readonly [name: string, least: number, most: number, is?: RegExp | readonly string[] | readonly Rule[]]
const many = Number.POSITIVE_INFINITY
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/
const unique = /^[^\s,<&]+$/
const named: readonly Rule[] = [
  ['valueName', 1, 1],
  ['value', 1, 1],
]
const info: readonly Rule[] = [
  ['language', 0, 1, /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/],
  ['category', 1, many, ['Geo', 'Met', 'Safety', 'Security', 'Rescue', 'Fire', 'Health', 'Env', 'Transport', 'Infra', 'CBRNE', 'Other']],
  ['event', 1, 1],
  ['responseType', 0, many, ['Shelter', 'Evacuate', 'Prepare', 'Execute', 'Avoid', 'Monitor', 'Assess', 'AllClear', 'None']],
  ['urgency', 1, 1, ['Immediate', 'Expected', 'Future', 'Past', 'Unknown']],
  ['severity', 1, 1, ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown']],
  ['certainty', 1, 1, ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown']],
  ['audience', 0, 1],
  ['eventCode', 0, many, named],
  ['effective', 0, 1, time],
  ['onset', 0, 1, time],
  ['expires', 0, 1, time],
  ['senderName', 0, 1],
  ['headline', 0, 1],
  ['description', 0, 1],
  ['instruction', 0, 1],
  ['web', 0, 1, /^[a-z]+:[^\s]+$/],
  ['contact', 0, 1],
  ['parameter', 0, many, named],
  ['resource', 0, many],
  ['area', 0, many, [['areaDesc', 1, 1]]],
]
const alert: readonly Rule[] = [
  ['identifier', 1, 1, unique],
  ['sender', 1, 1, unique],
  ['sent', 1, 1, time],
  ['status', 1, 1, ['Actual', 'Exercise', 'System', 'Test', 'Draft']],
  ['msgType', 1, 1, ['Alert', 'Update', 'Cancel', 'Ack', 'Error']],
  ['source', 0, 1],
  ['scope', 1, 1, ['Public', 'Restricted', 'Private']],
  ['restriction', 0, 1],
  ['addresses', 0, 1],
  ['code', 0, many],
  ['note', 0, 1],
  ['references', 0, 1, /^([^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d)( [^\s,]+,[^\s,]+,[^\s,]+)*$/],
  ['incidents', 0, 1],
  ['info', 0, many, info],
]

/** One line for each fault; none for a document that the schema takes. */
export function capFaults(document: string): string[] {
  const root = readXml(document)
  const faults = faultsIn(root, alert)
  if (root.name !== 'alert' || !document.includes('xmlns="urn:oasis:names:tc:emergency:cap:1.2"')) faults.push('not a CAP 1.2 alert')
  const text = (name: string) => root.children.find((child) => child.name === name)?.text
  if (text('scope') === 'Private' && !text('addresses')) faults.push('a private alert without addresses')
  if (['Update', 'Cancel'].includes(text('msgType') ?? '') && !text('references')) faults.push('refers to no earlier message')
  return faults
}

function faultsIn({ name, children }: Node, rules: readonly Rule[]): string[] {
  const faults: string[] = []
  const places = children.map((child) => rules.findIndex(([known]) => known === child.name))
  if (places.some((place, index) => place < (places[index - 1] ?? 0))) faults.push(`${name}: not in the order of the schema`)
  if (places.includes(-1)) faults.push(`${name}: an unknown element`)
  for (const [known, least, most, is] of rules) {
    const found = children.filter((child) => child.name === known)
    if (found.length < least || found.length > most) faults.push(`${name}: ${found.length} times ${known}`)
    for (const child of found) faults.push(...wrong(child, is))
  }
  return faults
}

function wrong(child: Node, is: Rule[3]): string[] {
  if (is === undefined) return child.text === '' ? [`${child.name} is empty`] : []
  if (is instanceof RegExp) return is.test(child.text) ? [] : [`${child.name}: ${child.text}`]
  const [first] = is
  if (typeof first === 'string') return (is as readonly string[]).includes(child.text) ? [] : [`${child.name}: ${child.text}`]
  return faultsIn(child, is as readonly Rule[])
}
