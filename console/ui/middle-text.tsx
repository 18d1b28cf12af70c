import { Fragment } from 'react';
import classes from './middle-text.module.css';
import { splitEnds } from './split-ends.ts';

/** An id, truncated in the middle if it does not fit, because its start and end distinguish it from others. */
export function MiddleText({ text }: { text: string }) {
  return (
    <span className={classes.whole} dir="auto" title={text} data-middle-text>
      <Ends text={text} />
    </span>
  );
}

/** The vendors in front of a model's name, as in `anthropic:claude-…` and `bedrock:anthropic.claude-…`. */
const vendorLabel = /^[^:]*:(?:[a-z]+\.)*(?=[a-z])/;

/** A model id. If it does not fit, the vendor label is left out, then the end is truncated: its date matters least. */
export function ModelText({ id, wraps = false }: { id: string; wraps?: boolean }) {
  const start = vendorLabel.exec(id)?.[0].length ?? 0;
  return (
    <span className={`${classes.whole} ${classes.label} ${wraps ? classes.wraps : ''}`} title={id} data-middle-text>
      {start === 0 ? null : (
        <span className={classes.weak}>
          <Breakable text={id.slice(0, start)} />
        </span>
      )}
      <span className={classes.ends}>
        <span className={classes.head}>
          <Breakable text={id.slice(start)} />
        </span>
      </span>
    </span>
  );
}

/** An account's name: the domain of an email is truncated first, then the middle of the rest. */
export function AccountText({ name }: { name: string }) {
  const end = name.lastIndexOf('@');
  if (end <= 0) return <MiddleText text={name} />;
  return (
    <span className={classes.whole} dir="auto" title={name} data-middle-text>
      <Ends text={name.slice(0, end)} />
      <span className={classes.weak}>
        <wbr />
        {name.slice(end)}
      </span>
    </span>
  );
}

function Ends({ text }: { text: string }) {
  const [head, tail] = splitEnds(text);
  return (
    <span className={classes.ends}>
      <span className={classes.head}>
        <Breakable text={head} />
      </span>
      <span className={classes.tail}>
        <Breakable text={tail} />
      </span>
    </span>
  );
}

/** Where an id wraps, it does so at its punctuation instead of within a word. */
function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[:/_])|(?=[.@])/).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other identity
    <Fragment key={place}>
      {place === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}
