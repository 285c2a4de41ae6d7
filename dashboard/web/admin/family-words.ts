/** 家属页面的文字 · The words about relatives who see how an elder is, in both languages. */
import { computed } from '@preact/signals'
import { language } from '../shared/i18n/i18n.ts'

const zh = {
  open: '家属',
  title: (name: string) => `${name} 的家属`,
  lead: '只有老人本人同意后，家属才能在手机上看到她的情况。请先登记同意，再出示二维码。',
  none: '还没有联系人。请先在“联系人”里登记。',
  agreed: (how: string, by: string, at: string) => `老人已同意（${how}，${by} 登记于 ${at}）`,
  notAgreed: '尚未登记老人的同意',
  spoken: '口头',
  written: '书面',
  recordSpoken: '登记口头同意',
  recordWritten: '登记书面同意',
  withdraw: '撤回同意',
  withdrawAsk: '撤回后，这位家属的所有手机立即看不到老人。再按一次确认。',
  shared: '本人同意家属看到并拨打自己的电话',
  invite: '邀请家属',
  invited: (until: string) => `有未使用的邀请，有效至 ${until}`,
  show: '请家属用手机扫描。只能使用一次，七天内有效。',
  qr: '加入家属页面的二维码',
  copy: '复制链接',
  copied: '已复制',
  phone: (label: string, joined: string, used: string) => `${label || '手机'} · 加入 ${joined} · 最近使用 ${used}`,
  end: '停用',
  noPhones: '还没有手机加入',
}

const en: typeof zh = {
  open: 'Family',
  title: (name) => `Family of ${name}`,
  lead: 'Relatives see on their telephones how the resident is, only when the resident agreed. Write that consent down first, then show the code.',
  none: 'There is no contact yet. Please add one under contacts first.',
  agreed: (how, by, at) => `Agreed (${how}; written down by ${by}, ${at})`,
  notAgreed: 'Consent is not written down yet',
  spoken: 'spoken',
  written: 'in writing',
  recordSpoken: 'Agreed in words',
  recordWritten: 'Agreed in writing',
  withdraw: 'Withdraw consent',
  withdrawAsk: 'Every telephone of this relative stops seeing the resident at once. Press again to confirm.',
  shared: 'Agreed, themselves, that the relatives see and call this telephone',
  invite: 'Invite this relative',
  invited: (until) => `An unused invitation holds until ${until}`,
  show: 'Let the relative scan this with a telephone. It works once, within seven days.',
  qr: 'Code that opens the family page',
  copy: 'Copy the link',
  copied: 'Copied',
  phone: (label, joined, used) => `${label || 'Telephone'} · joined ${joined} · last used ${used}`,
  end: 'End',
  noPhones: 'No telephone has joined yet',
}

export const familyWords = computed(() => (language.value === 'zh' ? zh : en))
