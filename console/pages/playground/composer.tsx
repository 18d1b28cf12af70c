import { ActionIcon, CloseButton, FileButton, Group, Textarea, Tooltip } from '@mantine/core';
import { IconArrowUp, IconPhoto, IconPlayerStopFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '../../ui/notify.ts';
import { isSendKey } from './is-send-key.ts';
import classes from './playground.module.css';

interface ComposerProps {
  readonly busy: boolean;
  readonly isNarrow: boolean;
  readonly onSay: (text: string, images: readonly string[]) => void;
  readonly onStop: () => void;
}

const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
const maxImageBytes = 10 * 1024 * 1024;

/** The message input: Enter sends, Shift+Enter adds a line break, images can be attached. */
export function Composer({ busy, isNarrow, onSay, onStop }: ComposerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [images, setImages] = useState<readonly string[]>([]);
  const [dropping, setDropping] = useState(false);
  const canSend = !busy && (text.trim() !== '' || images.length > 0);
  const send = () => {
    if (!canSend) return;
    onSay(text, images);
    setText('');
    setImages([]);
  };
  const addImages = async (files: readonly File[]) => {
    const fitting = files.filter((file) => file.size <= maxImageBytes);
    if (fitting.length < files.length) notify({ message: t('playground.imageTooLarge'), tone: 'bad' });
    const urls = await Promise.all(fitting.map(readDataUrl));
    setImages((before) => [...new Set([...before, ...urls])]);
  };
  /** @returns whether any images were added */
  const takeImages = (transfer: DataTransfer): boolean => {
    const files = [...transfer.files].filter(({ type }) => imageTypes.includes(type));
    if (files.length > 0) void addImages(files);
    return files.length > 0;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a shortcut for the button next to the text
    <div
      className={classes.composer}
      data-dropping={dropping || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDropping(false);
        takeImages(event.dataTransfer);
      }}
    >
      {images.length > 0 ? (
        <div className={classes.images} style={{ marginBottom: 8 }}>
          {images.map((url, index) => (
            <Group key={url} gap={2} align="flex-start">
              <img src={url} alt={t('playground.image')} style={{ maxHeight: 64 }} />
              <CloseButton
                size="sm"
                aria-label={t('playground.removeImage')}
                onClick={() => setImages(images.filter((_, place) => place !== index))}
              />
            </Group>
          ))}
        </div>
      ) : null}
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <FileButton accept={imageTypes.join(',')} multiple onChange={addImages}>
          {(props) => (
            <Tooltip label={t('playground.addImage')}>
              <ActionIcon {...props} variant="subtle" color="gray" size={36} aria-label={t('playground.addImage')}>
                <IconPhoto size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </FileButton>
        <Textarea
          aria-label={t('playground.message')}
          placeholder={t(isNarrow ? 'playground.message' : 'playground.messageHint')}
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onPaste={(event) => {
            if (takeImages(event.clipboardData)) event.preventDefault();
          }}
          onKeyDown={(event) => {
            if (!isSendKey(event)) return;
            event.preventDefault();
            send();
          }}
          style={{ flex: 1 }}
        />
        {busy ? (
          <ActionIcon size={36} color="red" onClick={onStop} aria-label={t('playground.stop')}>
            <IconPlayerStopFilled size={16} aria-hidden />
          </ActionIcon>
        ) : (
          <ActionIcon size={36} onClick={send} disabled={!canSend} aria-label={t('playground.send')}>
            <IconArrowUp size={18} aria-hidden />
          </ActionIcon>
        )}
      </Group>
    </div>
  );
}

function readDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
