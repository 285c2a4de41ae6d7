/** Markup and formulas for every text that the API takes: the fields are read from its own description, so that a new one cannot be forgotten. */

/** What `openPoison` is given to ask with. */
export type Ask = (method: string, path: string, data?: object) => Promise<{ ok: boolean; body: string }>
export type Field = { path: string; max: number; pattern: string | undefined }
type Schema = { [key: string]: unknown }

/** Each is a way out of where text usually stands (between tags, in an attribute, in a script) and begins as a formula of a spreadsheet does. */
const ways = [
  (mark: number) => `=<img src=x onerror=hacked(${mark})>`,
  (mark: number) => `@"><svg onload=hacked(${mark})>`,
  (mark: number) => `-';hacked(${mark})//<b>x`,
] as const
const shortWay = '<b onclick=hacked()>'
const longest = 34

/** The text with this number, as long as the field allows. */
const poisonOf = (mark: number, max: number): string => (max < longest ? shortWay : (ways[mark % ways.length] ?? ways[0])(mark))
/** Where only an address is taken. */
const asAddress = (text: string): string => `https://example.org/?q=${text}`

const partsOf = (schema: Schema): Schema[] =>
  ['anyOf', 'oneOf', 'allOf'].flatMap((key) => (Array.isArray(schema[key]) ? (schema[key] as Schema[]) : []))
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every text in a JSON schema that may hold a poison: no list of words, and no pattern that forbids it. */
export function textsIn(schema: unknown, path = ''): Field[] {
  if (!isSchema(schema)) return []
  const { type, pattern, properties, items, additionalProperties: more } = schema
  const inside = partsOf(schema).flatMap((part) => textsIn(part, path))
  if (isSchema(properties)) for (const [name, each] of Object.entries(properties)) inside.push(...textsIn(each, `${path}.${name}`))
  if (items) inside.push(...textsIn(items, `${path}[]`))
  if (isSchema(more))
    inside.push(...(Object.keys(more).length === 0 ? [{ path: `${path}{}`, max: 0, pattern: undefined }] : textsIn(more, `${path}{}`)))
  const isText = type === 'string' && !('enum' in schema) && !('const' in schema)
  const own = { path, max: Number(schema.maxLength ?? Number.POSITIVE_INFINITY), pattern: pattern as string | undefined }
  return isText && mayHold(own) ? [...inside, own] : inside
}

const mayHold = ({ pattern, max }: Field): boolean => {
  if (pattern === undefined) return true
  return [0, 1, 2].some((mark) => new RegExp(pattern, 'u').test(poisonOf(mark, max)))
}

/** The fields of every route that changes something, by "METHOD /path". */
export function textsOfRoutes(openApi: { paths: Record<string, Record<string, Schema>> }): Map<string, Field[]> {
  const found = new Map<string, Field[]>()
  for (const [path, methods] of Object.entries(openApi.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const { content } = (operation.requestBody ?? { content: {} }) as { content: Record<string, { schema: unknown }> }
      const texts = Object.values(content).flatMap(({ schema }) => textsIn(schema))
      const unique = [...new Map(texts.map((field) => [field.path, field])).values()]
      if (unique.length > 0) found.set(`${method.toUpperCase()} ${path}`, unique)
    }
  return found
}

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The body with this text there: in each item of a list, which is made when there is none. */
function withText(body: Schema, path: string, text: string): Schema {
  const copy = copyOf(body)
  const steps = path.match(/\.\w+|\[\]/g) ?? []
  const put = (at: Schema | unknown[], [step = '', ...rest]: readonly string[]): void => {
    const keys = step === '[]' ? Object.keys(at.length === 0 ? Object.assign(at, [null]) : at) : [step.slice(1)]
    const spot = at as Record<string, unknown>
    for (const key of keys) {
      if (rest.length === 0) spot[key] = text
      else {
        if (typeof spot[key] !== 'object' || spot[key] === null) spot[key] = rest[0] === '[]' ? [] : {}
        put(spot[key] as Schema, rest)
      }
    }
  }
  put(copy, steps)
  return copy
}

/** What stands there already: some fields take only what somebody is called. */
function textAt(body: unknown, path: string): string {
  const steps = path.match(/\.\w+|\[\]/g) ?? []
  const found = steps.reduce<unknown>((at, step) => (isSchema(at) ? at[step.slice(1)] : Array.isArray(at) ? at[0] : undefined), body)
  return typeof found === 'string' ? found : ''
}

const texted = (body: Schema, chosen: ReadonlyMap<string, string>): Schema =>
  [...chosen].reduce((made, [path, text]) => withText(made, path, text), body)
const jsonOf = ({ ok, body }: { ok: boolean; body: string }) => (ok && body !== '' ? JSON.parse(body) : null)

export type Given = { path?: Record<string, string>; query?: string; ask?: Ask; texts?: readonly Field[] }
export type Poison = ReturnType<typeof openPoison>

/** `leftOut`: fields that are not tried, "METHOD /path .field". */
export function openPoison(first: Ask, routes: ReadonlyMap<string, readonly Field[]>, leftOut: ReadonlySet<string>) {
  const taken = new Map<string, string[]>()
  const took = (field: string, text: string) => taken.set(field, [...(taken.get(field) ?? []), text])
  const refused = new Set<string>()
  const broken: string[] = []
  let marks = 0
  let ask = first
  const nextMark = () => {
    marks += 1
    return marks
  }
  const remember = (route: string, chosen: ReadonlyMap<string, string>) => {
    for (const [path, text] of chosen) took(`${route} ${path}`, text)
  }
  return {
    ask: ((...asked) => ask(...asked)) as Ask,
    /** From now on somebody else asks. */
    by(next: Ask): void {
      ask = next
    },
    /** Field → the texts that were taken. */
    taken,
    refused,
    /** Requests that were refused with everything as it should be: then nothing was tried. */
    broken,
    /** For what no route takes. */
    next(field: string, max = Number.POSITIVE_INFINITY): string {
      const text = poisonOf(nextMark(), max)
      took(field, text)
      return text
    },
    /** Sends `base` with every text poisoned; where that is refused, one more each time. What is refused for good is remembered. Resolves with the answer. */
    async route<T = never>(
      route: string,
      base: Schema,
      { path = {}, query = '', ask: by = ask, texts = routes.get(route) ?? [] }: Given = {},
    ): Promise<T> {
      const [method = '', template = ''] = route.split(' ')
      const url = `${template.replaceAll(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(path[name] ?? ''))}${query}`
      let answer = { ok: false, body: 'no field was tried' }
      const send = async (tried: ReadonlyMap<string, string>) => {
        const got = await by(method, url, texted(base, tried))
        if (got.ok) answer = got
        return got.ok
      }
      const isThere = ({ path: at }: Field) => textAt(base, at).includes('hacked(')
      for (const field of texts.filter(isThere)) took(`${route} ${field.path}`, textAt(base, field.path))
      const fields = texts.filter((field) => !isThere(field) && !leftOut.has(`${route} ${field.path}`))
      const all = new Map(fields.map((field) => [field.path, poisonOf(nextMark(), field.max)]))
      const chosen = (await send(all)) ? all : await oneByOne(all, send)
      for (const field of all.keys()) if (!chosen.has(field)) refused.add(`${route} ${field}`)
      remember(route, chosen)
      if (!answer.ok && !(await send(chosen))) broken.push(`${route}: ${(await by(method, url, texted(base, chosen))).body}`)
      return jsonOf(answer) as T
    },
  }
}

/** One more text each time, as it is or as an address: those that were taken together. */
async function oneByOne(all: ReadonlyMap<string, string>, isTaken: (tried: ReadonlyMap<string, string>) => Promise<boolean>) {
  const chosen = new Map<string, string>()
  for (const [field, text] of all) {
    if (await isTaken(new Map([...chosen, [field, text]]))) chosen.set(field, text)
    else if (await isTaken(new Map([...chosen, [field, asAddress(text)]]))) chosen.set(field, asAddress(text))
  }
  return chosen
}
