import classes from './markdown.module.css';

/** A text as it stands. */
export function PlainText({ text }: { text: string }) {
  return <div className={classes.plain}>{text}</div>;
}
