/** Emails as pictures for others show them: `mei.lin@example.com` → `m•••@•••`. */
export function maskEmails(text: string): string {
  return text.replaceAll(/(?<![\w.+-])([\w.+-])[\w.+-]*@[\w-]+(?:\.[\w-]+)*/g, '$1•••@•••');
}
