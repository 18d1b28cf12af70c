export const dates = {
  choose: 'Dates',
  today: 'Today',
  yesterday: 'Yesterday',
  last7Days: 'Last 7 days',
  thisMonth: 'This month',
  last90Days: 'Last 90 days',
};
