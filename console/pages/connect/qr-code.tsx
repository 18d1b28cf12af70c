import { Center, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { loadPart } from '../../load-part.ts';

const side = 280;

/** A QR code, generated in the browser. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['qr-code', text],
    queryFn: async () => {
      const { default: qrCode } = await loadPart(() => import('qrcode'));
      return qrCode.toString(text, { type: 'svg', errorCorrectionLevel: 'L', margin: 2 });
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (error) {
    return (
      <Text size="sm" c="dimmed">
        {t('connect.qrTooLong')}
      </Text>
    );
  }
  return (
    <Center>
      {data === undefined ? (
        <Skeleton width={side} height={side} />
      ) : (
        <img
          src={`data:image/svg+xml;utf8,${encodeURIComponent(data)}`}
          alt={label}
          width={side}
          height={side}
          style={{ background: '#fff', borderRadius: 8, maxWidth: '100%' }}
        />
      )}
    </Center>
  );
}
