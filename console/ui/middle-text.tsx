import classes from './middle-text.module.css';

/** Shorter texts are not cut. */
const shortest = 14;
const tailLength = 8;

/** An id, shortened in its middle where it does not fit: its beginning and its end tell it from others. */
export function MiddleText({ text }: { text: string }) {
  return (
    <span className={classes.whole} title={text} data-middle-text>
      <Ends text={text} />
    </span>
  );
}

/** A model's id: where it does not fit, the vendor's label is left out, then the middle of the rest is cut. */
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

/** The name of an account: where it does not fit, an email's domain is left out, then the middle of the rest is cut. */
export function AccountText({ name }: { name: string }) {
  const end = name.lastIndexOf('@');
  if (end <= 0) return <MiddleText text={name} />;
  return (
    <span className={`${classes.whole} ${classes.domain}`} title={name} data-middle-text>
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
