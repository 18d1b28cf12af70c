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

/** A model id. If it does not fit, the vendor label is left out, then the middle of the rest is truncated. */
export function ModelText({ id }: { id: string }) {
  const start = id.indexOf(':') + 1;
  if (start === 0) return <MiddleText text={id} />;
  return (
    <span className={`${classes.whole} ${classes.label}`} title={id} data-middle-text>
      <span className={classes.weak}>{id.slice(0, start)}</span>
      <Ends text={id.slice(start)} />
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

/** On a card, an id wraps at its punctuation instead of within a word. */
function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[:/_])|(?=[.@])/).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other identity
    <Fragment key={place}>
      {place === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}
