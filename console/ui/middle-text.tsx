import classes from './middle-text.module.css';

/** Shorter texts are not truncated. */
const shortest = 14;
const tailLength = 8;

/** An id, truncated in the middle if it does not fit, because its start and end distinguish it from others. */
export function MiddleText({ text }: { text: string }) {
  return (
    <span className={classes.whole} title={text} data-middle-text>
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
    <span className={classes.whole} title={name} data-middle-text>
      <Ends text={name.slice(0, end)} />
      <span className={classes.weak}>{name.slice(end)}</span>
    </span>
  );
}

function Ends({ text }: { text: string }) {
  const cut = text.length < shortest ? text.length : text.length - tailLength;
  return (
    <span className={classes.ends}>
      <span className={classes.head}>{text.slice(0, cut)}</span>
      <span className={classes.tail}>{text.slice(cut)}</span>
    </span>
  );
}
