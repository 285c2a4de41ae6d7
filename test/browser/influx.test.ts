/** What InfluxDB needs of a person is painted on the wall, goes when it is mended, and what it refused is in the lists. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { influxql, openInfluxd, type RealServer } from '../../bench/lib/influxd.ts'
import { openPressClient } from '../../bench/lib/press-client.ts'
import { systemClock } from '../../domain/clock.ts'
import { lacks } from '../../store/influx/lane.contract.ts'
import { openStage, type Stage, startWatch } from './stage.ts'

const allowed = { timeout: 30_000 }

describe('with a real influxd', { skip: lacks('influxd') }, () => {
  let server: RealServer
  let stage: Stage

  beforeAll(async () => {
    server = await openInfluxd()
    await server.start()
    stage = await openStage({ INFLUX_URL: server.url, INFLUX_DATABASE: 'town', ANLING_INFLUX_RETRY_SECONDS: '1' })
  }, 60_000)
  afterAll(async () => {
    await stage?.close()
    await server?.end()
  })

  test('the banner comes and goes, and a refused reading is listed with its reason', { timeout: 90_000 }, async () => {
    const { page } = await stage.window()
    await startWatch(page, stage.victim.origin)
    await page.locator('.storage', { hasText: '时序库拒收数据' }).waitFor(allowed)
    await influxql(server.url, 'CREATE DATABASE "town" WITH DURATION 1d REPLICATION 1')
    await page.locator('.storage').waitFor({ state: 'detached', ...allowed })
    const [home] = stage.homes
    const client = openPressClient({ login: { id: home?.terminal ?? '', token: home?.token ?? '' }, port: () => stage.victim.mqttPort })
    const at = systemClock.now() - 3 * 86_400_000
    await client.press(`care/${home?.terminal}/heartbeat`, JSON.stringify({ signal: -60, at, replay: true }))
    client.close()
    const listed = page.locator('section td', { hasText: 'beyond retention policy' })
    const isListed = async () => {
      await page.goto(`${stage.victim.origin}/#/admin/quarantine`)
      await page.reload()
      return listed.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      )
    }
    await expect.poll(isListed, allowed).toBe(true)
    expect(await page.locator('section td code').textContent()).toMatch(new RegExp(`^reading,device=\\d+,kind=heartbeat,.* ${at}$`))
  })
})
