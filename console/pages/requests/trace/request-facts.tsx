import { Anchor, DataList } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestDetail } from '../../../../contract/requests.ts';
import { nameValue } from '../../../ui/name-value.ts';
import { useFormat } from '../../../ui/use-format.ts';
import type { RequestsSearch } from '../search.ts';

/** The recorded details of a request, without unknown ones. */
export function RequestFacts({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tokens = (count: number) => (count === 0 ? null : format.count(count));
  const { keyId, credentialId, model } = request;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('requests.time'), format.time(request.startedAt)],
    [t('requests.filter.model'), <FilterLink key="model" search={{ model }} text={model} />],
    [t('requests.upstreamModel'), request.upstreamModel],
    [
      t('requests.filter.key'),
      keyId === null ? (
        nameValue('key', request.keyName, t)
      ) : (
        <FilterLink key="key" search={{ key: keyId }} text={request.keyName} />
      ),
    ],
    [
      t('requests.filter.credential'),
      credentialId === null ? null : (
        <FilterLink key="credential" search={{ credential: credentialId }} text={request.credentialLabel} />
      ),
    ],
    [t('requests.dialect'), `${request.dialect}${request.stream ? ` · ${t('requests.stream')}` : ''}`],
    [
      t('requests.inputTokens'),
      `${format.count(request.inputTokens)}${request.usageEstimated ? ` (${t('requests.estimated')})` : ''}`,
    ],
    [t('requests.outputTokens'), format.count(request.outputTokens)],
    [t('requests.cacheReadTokens'), tokens(request.cacheReadTokens)],
    [t('requests.cacheWriteTokens'), tokens(request.cacheWriteTokens)],
    [t('requests.reasoningTokens'), tokens(request.reasoningTokens)],
    [t('requests.cacheSaved'), request.cacheSaved ? format.dollars(request.cacheSaved) : null],
    [t('requests.conversation'), describeConversation(request, t, format)],
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

/** Share of a conversation's input that came from the cache; null if this is its only request. */
function describeConversation(
  { conversationSums: sums }: RequestDetail,
  t: TFunction,
  format: ReturnType<typeof useFormat>,
): string | null {
  if (sums === null || sums.requests < 2 || sums.inputTokens === 0) return null;
  return t('requests.conversationSums', {
    count: sums.requests,
    share: format.percent(sums.cacheReadTokens / sums.inputTokens),
    saved: format.dollars(sums.cacheSaved),
  });
}

/** Links to the log filtered by this value. */
function FilterLink({ search, text }: { search: RequestsSearch; text: string }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/requests" search={search} {...props} />}>
      {text}
    </Anchor>
  );
}
