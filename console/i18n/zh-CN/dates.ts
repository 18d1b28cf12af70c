import type words from '../en/index.ts';

export const dates: typeof words.dates = {
  choose: '日期',
  today: '今天',
  yesterday: '昨天',
  last7Days: '近 7 天',
  thisMonth: '本月',
  last90Days: '近 90 天',
};
