/** One language a screen: no Latin words among the Chinese and no Chinese among the English, on every page as it really stands. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DirectoryRows } from '../../store/store.ts'
import { openStage, press, type Stage, startWatch, withoutMosquitto } from './stage.ts'
import { stopsOf, visit } from './stops.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }

/** What has no other name in Chinese: products, standards, units and keys. A masked name is a name. */
const names =
  /SOS|SLA|KB|MB|（level）|（name）|EEMUA|Standard Webhooks|Chrome|Linux|localhost|tel:|generic|Anling|Zigbee2MQTT|Zigbee|LoRaWAN|LoRa|ChirpStack|The Things Stack|Shelly|Tasmota|Home Assistant|ESPHome|Homie|BTHome|Traccar|TuyaLink|Tuya|Alink|OneNET|Huawei|Tencent|MQTT|InfluxDB|SQLite|HTTPS?|JSON|YAML|CSV|UTF-8|GB18030|GeoJSON|PNG|JPEG|WGS84|GCJ-02|BD-09|QR|API|URL|ID|PIN|TOTP|CloudEvents|Webhooks?|CAP|FHIR|GPS|SHA-256|A4|AED|KPI|ISA-18\.2|Esc|Space|Tab|Enter|Shift|English|F\d+|ppm|kg|lx|dBm|km|min/g

let stage: Stage
let told: readonly string[] = []

beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => {
  await stage?.close()
})

/** Everything a person reads or hears on the page, without what people entered: names, addresses, ids. */
async function textsOf(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = []
    const shown = (element: Element) => element.checkVisibility() && !element.closest('code, pre, textarea, [lang]:not(html)')
    for (const element of document.querySelectorAll('body *')) {
      if (!shown(element)) continue
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? '')
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(element.getAttribute(name) ?? '')
    }
    return [document.title, ...found].map((text) => text.trim()).filter((text) => text !== '')
  })
  return texts.map((text) => told.reduce((rest, given) => rest.replaceAll(given, ' '), text))
}

/** The strings of the directory, the longest first, so that none leaves a part of another. */
function stringsOf(rows: DirectoryRows): string[] {
  const all = Object.values(rows).flatMap((table) => table.flatMap((row) => Object.values(row)))
  const texts = all.filter((value): value is string => typeof value === 'string' && value.length > 1)
  return [...new Set([...texts, '李敏', 'limin', 'Asia/Shanghai'])].sort((a, b) => b.length - a.length)
}

const foreign = {
  // Chinese has commas and brackets of its own.
  zh: (text: string) => /[A-Za-z]{2,}|\p{Script=Han}[,;:!?(] ?\p{Script=Han}/u.test(text.replaceAll(names, '')),
  // And so has English: full-width ones tear a line apart.
  en: (text: string) => /\p{Script=Han}|[\u3001-\u3011\uff01-\uff5e]/u.test(text.replaceAll(/中文|安铃|\p{Script=Han}\*+/gu, '')),
}

test.skipIf(missing !== '').each(['zh', 'en'] as const)('nothing of another language, %s', patience, async (language) => {
  const { page } = await stage.window({ language })
  const wrong: string[] = []
  const read = async (name: string) => {
    for (const text of await textsOf(page)) if (foreign[language](text)) wrong.push(`${name}: ${text.slice(0, 80)}`)
  }
  const { origin } = stage.victim
  await page.goto(origin)
  await page.locator('.duty').waitFor(allowed)
  told = stringsOf((await page.evaluate("fetch('/api/rows').then((answer) => answer.json())")) as DirectoryRows)
  await read('duty')
  await startWatch(page, origin)
  const home = stage.homes[language === 'zh' ? 0 : 1]
  if (!home) throw new Error('There is no such home.')
  expect(press(stage, home, { id: `words-${language}` })).toBe(true)
  await page.locator('.case').waitFor(allowed)
  await read('raised')
  await page.keyboard.press('Space')
  await page.locator('.case.acknowledged').waitFor(allowed)
  await read('taken')
  for (const key of ['?', '/', 'n', 'r', 'g']) {
    await page.keyboard.press(key)
    await page.locator('dialog').waitFor(allowed)
    await read(`window ${key}`)
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached', ...allowed })
  }
  await stage.calm()
  for (const stop of await stopsOf(page, origin)) {
    await visit(page, origin, stop)
    await read(stop.name)
  }
  expect([...new Set(wrong)]).toEqual([])
})
