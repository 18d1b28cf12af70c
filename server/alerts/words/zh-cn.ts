import type { Condition } from '../condition.ts';
import type { AlertWords, ValueWords } from './words.ts';

function describeCondition(condition: Condition, { time, number, dollars }: ValueWords): string {
  const { name } = condition;
  switch (condition.rule) {
    case 'poolReady': {
      const next = condition.nextAt === null ? '' : `最早 ${time(condition.nextAt)} 恢复。`;
      return `${condition.total} 个凭证中只有 ${condition.able} 个可用。${next}`;
    }
    case 'tokenInvalid':
      return `Atlassian 拒绝了“${name}”的令牌，请在“凭证”页更换。`;
    case 'tokenExpiring':
      return condition.isOver
        ? `“${name}”的令牌已于 ${time(condition.at)} 过期，请在“凭证”页更换。`
        : `“${name}”的令牌将于 ${time(condition.at)} 过期，请提前更换。`;
    case 'credits':
      return `“${name}”的额度只剩 ${condition.percent}%。`;
    case 'keyBudget': {
      const { period, unit, used, limit, resetsAt, percent } = condition;
      const word = unit === 'dollars' ? dollars : (value: number) => `${number(value)} token`;
      const spent = percent === 100 ? '已用完' : '已用 80%';
      return `密钥“${name}”的${period === 'day' ? '每日' : '每月'}预算${spent}：${word(used)} / ${word(limit)}，${time(resetsAt)} 重置。`;
    }
    case 'keyExpiring':
      return `密钥“${name}”将于 ${time(condition.at)} 到期。`;
    case 'errorRate':
      return `最近 10 分钟有 ${condition.percent}% 的请求失败：${number(condition.failures)} / ${number(condition.requests)}。`;
    case 'backupFailed':
      return `${time(condition.at)} 的备份失败：${condition.reason}`;
    case 'storage':
      return `当前的修改无法保存：${condition.reason}`;
  }
}

export const zhCn: AlertWords = {
  condition: describeCondition,
  ended: {
    poolReady: () => '可用凭证已恢复。',
    tokenInvalid: (name) => `“${name}”已恢复，或已不再使用。`,
    tokenExpiring: (name) => `“${name}”的令牌近期不再过期。`,
    credits: (name) => `“${name}”的额度已恢复。`,
    keyBudget: (name) => `密钥“${name}”已回到预算之内。`,
    keyExpiring: (name) => `密钥“${name}”近期不再到期。`,
    errorRate: () => '请求已恢复正常。',
    backupFailed: () => '备份已恢复正常。',
    storage: () => '修改已能正常保存。',
  },
  title: (lines) => (lines === 1 ? 'Atlassian Proxy：告警' : `Atlassian Proxy：${lines} 条告警`),
  endedTitle: 'Atlassian Proxy：已恢复',
  more: (lines) => `……另有 ${lines} 条`,
  testTitle: 'Atlassian Proxy：测试',
  testText: '告警会发到这里。',
};
