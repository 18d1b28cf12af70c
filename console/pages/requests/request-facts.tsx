import { DataList } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestDetail } from '../../../contract/requests.ts';
import { nameValue } from '../../ui/name-value.ts';
import { useFormat } from '../../ui/use-format.ts';

/** What is on record about a request, a line each; what is not known is left out. */
export function RequestFacts({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tokens = (count: number) => (count === 0 ? null : format.count(count));
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('requests.time'), format.time(request.startedAt)],
    [t('requests.filter.model'), request.model],
    [t('requests.upstreamModel'), request.upstreamModel],
    [t('requests.filter.key'), nameValue('key', request.keyName, t)],
    [t('requests.filter.credential'), request.credentialLabel],
    [t('requests.dialect'), `${request.dialect}${request.stream ? ` · ${t('requests.stream')}` : ''}`],
    [
      t('requests.inputTokens'),
      `${format.count(request.inputTokens)}${request.usageEstimated ? ` (${t('requests.estimated')})` : ''}`,
    ],
    [t('requests.outputTokens'), format.count(request.outputTokens)],
    [t('requests.cacheReadTokens'), tokens(request.cacheReadTokens)],
    [t('requests.cacheWriteTokens'), tokens(request.cacheWriteTokens)],
    [t('requests.reasoningTokens'), tokens(request.reasoningTokens)],
    [t('requests.cost'), request.cost === null ? null : format.dollars(request.cost)],
    [t('requests.queue'), format.duration(request.queueTime)],
    [t('requests.firstToken'), request.firstTokenTime === null ? null : format.duration(request.firstTokenTime)],
    [t('requests.total'), format.duration(request.totalTime)],
    [t('requests.client'), request.clientAddress],
    [t('requests.userAgent'), request.userAgent],
  ];
  return (
    <DataList gap={6} labelWidth={130}>
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
    </DataList>
  );
}
