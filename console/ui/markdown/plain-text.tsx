import classes from './markdown.module.css';

/** Plain text. */
export function PlainText({ text }: { text: string }) {
  return <div className={classes.plain}>{text}</div>;
}
