/** 处置步骤、说法、派人、自检、提示音的中文词条。 */
import type { CallResult } from '../../../../domain/alarm.ts'
import type { StepId } from '../../../../domain/response.ts'

const steps: Readonly<Record<StepId, (who: string) => string>> = {
  take: () => '受理',
  call: () => '呼叫老人，最多 3 次，记下结果',
  calm: () => '安抚，问清原因',
  ambulance: () => '拨打 120',
  send: (who) => (who === '' ? '派人带钥匙上门' : `派人上门：${who}`),
  stay: () => '保持通话，直到有人到场',
  family: (who) => (who === '' ? '通知家属' : `通知家属：${who}`),
  arrive: () => '确认有人到场，看到本人',
  look: () => '联系物业或网络，查明原因',
  close: () => '选择处置结果，结案',
}
const did: Readonly<Record<StepId, string>> = {
  ...{
    take: '受理',
    call: '呼叫',
    calm: '安抚',
    ambulance: '120',
    send: '派人',
    stay: '陪伴',
    family: '家属',
    arrive: '到场',
    look: '查问',
    close: '结案',
  },
}
const results: Readonly<Record<CallResult, string>> = { fine: '清醒无伤', 'no-answer': '无应答', hurt: '受伤或不适' }

const twoLetters = /^(欧阳|司马|上官|诸葛|司徒|东方|尉迟|皇甫|公孙|慕容|令狐|夏侯|端木|宇文|长孙)/
/** 王 of 王秀英, 欧阳 of 欧阳桂兰; any other name whole. */
function surnameOf(name: string): string {
  if (!/^\p{Script=Han}+$/u.test(name)) return name
  return twoLetters.exec(name)?.[0] ?? name.slice(0, 1)
}

export const responseZh = {
  steps,
  results,
  say: {
    call: (her: string, me: string) => `“${her}，我是服务中心${me}。您哪里不舒服？能说话吗？”`,
    fire: (her: string) => `“${her}，请马上离开房间到楼道去，不要开关电器。我已经派人过来。”`,
    calm: (her: string) => `“没事就好，${her}。按钮本来就是随时可以按的，过一会儿我再打给您。”`,
    ambulance: (her: string) => `“${her}，请不要自己起身。救护车马上出发，我一直陪着您。”`,
    silent: () => '“我没有听到您说话。我马上派人过来看您，请不要着急。”',
    stay: (her: string) => `“${her}，来的人已经在路上了。现在哪里疼？能动吗？”`,
    family: (her: string, me: string) => `“您好，我是服务中心${me}。${her}刚才按了求助，我们正在处理，情况是这样的……”`,
    device: () => '先联系物业或网络，再派人检查设备。',
  },
  her: (name: string, sex: string) =>
    name === '' ? '您好' : `${surnameOf(name)}${sex === 'female' ? '阿姨' : sex === 'male' ? '叔叔' : '老师'}`,
  did,
  left: (span: string) => `还剩 ${span}`,
  over: (span: string) => `已超 ${span}`,
  late: '步骤超时',
  stillToTell: (labels: string, span: string) => `${span} 后还没人受理，将通知 ${labels}`,
  falsePresses: (n: number, last: string) => `曾误按 ${n} 次 · 最近 ${last}`,
  closedToday: (n: string) => `今日已结案 ${n}`,
  shelvedNone: '已搁置 0 起',
  sendTitle: '派谁上门',
  sendLead: '按远近排列。按数字键选人，按回车派出；老人的终端会听到“有人来了”。',
  sendMinutes: (n: number) => `步行约 ${n} 分钟`,
  sendUnknown: '路程未知',
  sendOther: '其他人',
  sendWho: '谁去',
  sendIn: '约几分钟到（可不填）',
  sendConfirm: '派出',
  mapTitle: '位置与户型',
  letters: '字母快捷键（Q W E A T G Z N R H M S）',
  softphone: '本机有软电话：受理时自动拨打老人电话',
  sendNamed: (who: string) => `派 ${who}`,
  to120: (where: string, who: string, risks: string) => `对 120 说：${where}，${who}，${risks}`,
  lettersHint: '关闭后，空格、方向键、数字键、F2 F3 F4、/ 和 Esc 仍然有效。',
  soundDead: '声音没有在工作：新告警不会响。',
  soundDeadHint: '点此恢复声音；恢复不了请检查音箱，并告诉班长。服务器已经知道这块屏不能出声。',
  soundWake: '恢复声音',
  quietLine: (where: string, what: string) => `${where}，${what}`,
  newVersion: '新版本已就绪，点此载入',
  waitingVersion: '新版本等一级告警结束后载入',
  selfTest: '自检',
  selfTestAt: (at: string) => `${at} 自检`,
  selfTestFailedAt: (at: string) => `${at} 自检未通过`,
  selfTestRunning: '正在自检',
  selfTestTitle: '上岗自检',
  selfTestLead: '试声音、试警号、走一遍求助全程。结果记入日志。',
  selfTestParts: { sound: '声音', siren: '警号', press: '求助全程', screen: '本屏收到' },
  selfTestStates: { ok: '通过', failed: '未通过', none: '没有设备' },
  selfTestHeard: '听到了吗？听不到请调大音量或检查音箱。',
  watchedSites: '本席负责的社区',
}
