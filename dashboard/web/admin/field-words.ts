/** 表单与导入的提示 · What is wrong with a field, in the reader's language: the server's sentences are English, and a form is not half of it. */
import { language } from '../shared/i18n/i18n.ts'

type Said = readonly [pattern: RegExp, zh: string]

/** The first that fits. `$1` is what the server named. */
const sentences: readonly Said[] = [
  [/^must not be empty$/, '这里不能空着。'],
  [/^must not hold control characters$/, '含有不能使用的控制字符。'],
  [/^must be 1 to 64 letters, digits.*/, '只能用 1 到 64 个字母、数字、点、下划线或连字符，并以字母或数字开头。'],
  [/^must be 4 to 64 letters.*/, '只能用 4 到 64 个字母、数字、下划线或连字符。'],
  [/^must be a time zone.*/, '要写成 Asia/Shanghai 这样的时区名称。'],
  [/^there is no “(.*)”$/, '这里没有“$1”。'],
  [/^“(.*)” belongs to another site$/, '“$1”属于另一个社区。'],
  [/^“(.*)” is the platform’s own; choose another id$/, '“$1”由平台自用，请换一个编号。'],
  [/^“(.*)” already stands in line (\d+)$/, '“$1”在第 $2 行已经出现过。'],
  [/^a device cannot carry itself$/, '设备不能是自己的网关。'],
  [/^this id cannot be used$/, '这个编号不能使用。'],
  [/^a mode other than home needs its end.*/, '除“在家”以外的状态都要写明截止时间。'],
  [/^the table has no column “(.*)”$/, '这张表没有“$1”这一列。'],
  [/^the column is there twice$/, '这一列出现了两次。'],
  [/^the column “(.*)” is missing$/, '缺少“$1”这一列。'],
  [/^the line has (\d+) cells, the header has (\d+)$/, '这一行有 $1 格，表头有 $2 格。'],
  [/^the file is empty$/, '文件是空的。'],
  [/^the file is neither UTF-8.*/, '文件不是 UTF-8 或 GB18030 编码，请另存为其中一种。'],
  [/^the line cannot be read.*/, '这一行读不了：引号没有成对，或位置不对。'],
  [/^must not lie in the future$/, '不能是将来的时间。'],
  [/^must be a picture.*/, '要是 JPEG、PNG 或 WebP 格式的照片。'],
  [/^Too big: expected string to have <=(\d+) characters$/, '最多 $1 个字。'],
  [/^Too big: expected number to be <=(.+)$/, '不能大于 $1。'],
  [/^Too small: expected number to be >=(.+)$/, '不能小于 $1。'],
  [/^Too small: expected array.*/, '至少要选一项。'],
  [/^The webhook needs an address of http or https\.$/, '地址要以 https 开头。'],
  [/^The webhook outside the own network must use https\.$/, '地址必须使用 https。'],
  [/^The webhook's address must not hold a password\.$/, '地址里不能带密码。'],
  [/^Invalid (option|input).*/, '这个值不对。'],
]

export function fieldText(message: string): string {
  if (language.value === 'en') return /^[a-z]/.test(message) ? `${message.charAt(0).toUpperCase()}${message.slice(1)}` : message
  for (const [pattern, zh] of sentences) if (pattern.test(message)) return message.replace(pattern, zh)
  return '这个值不对。'
}
