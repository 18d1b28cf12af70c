/** Masks emails in pictures that are shared: `mei.lin@example.com` → `m•••@•••`. */
export function maskEmails(text: string): string {
  return text.replaceAll(/(?<![\w.+-])([\w.+-])[\w.+-]*@[\w-]+(?:\.[\w-]+)*/g, '$1•••@•••');
}
