import 'dayjs/locale/zh-cn';

/** The props of a Mantine calendar in the console's language. */
export function calendarProps(language: string) {
  const isChinese = language === 'zh-CN';
  return {
    locale: isChinese ? 'zh-cn' : 'en',
    monthLabelFormat: isChinese ? 'YYYY年M月' : 'MMMM YYYY',
    firstDayOfWeek: 1,
    highlightToday: true,
  } as const;
}
